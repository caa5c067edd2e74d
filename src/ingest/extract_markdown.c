/*
 * extract_markdown: Markdown (GitHub's flavour) by its syntax tree, each block in its place.
 *
 * Only the first lines of blocks are taken from the tree: in cmark-gfm 0.29 the last line of
 * raw HTML, tables and unclosed fences may be wrong.  A block goes on to the line before the
 * next one, so that no line of the file is lost.  Front matter gives the title and is no
 * passage.
 */
#include "base/buf.h"
#include "ingest/extract.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <string.h>

struct reading {
    struct document *doc;
    size_t *lines; /* where each line of the file begins; one more for the end */
    size_t count;
    size_t skipped; /* lines of front matter, which the parser did not see */
    /* the block whose end is not known yet: */
    bool open;
    enum block_kind kind;
    int level;
    struct str says;
    size_t line;
};

static void
node_free(void *node)
{
    cmark_node_free(node);
}

static void
iter_free(void *iter)
{
    cmark_iter_free(iter);
}

static void
lines_find(struct reading *reading, size_t begin)
{
    struct str text = reading->doc->text;
    size_t room = 2;

    for (size_t i = begin; i < text.len; i++)
        room += text.at[i] == '\n' || text.at[i] == '\r';
    reading->lines = arena_take(reading->doc->arena, room * sizeof *reading->lines);
    reading->lines[reading->count++] = begin;
    for (size_t i = begin; i < text.len; i++) {
        if (text.at[i] == '\r' && i + 1 < text.len && text.at[i + 1] == '\n')
            continue;
        if (text.at[i] == '\n' || text.at[i] == '\r')
            reading->lines[reading->count++] = i + 1;
    }
}

/* Line i, counted from 0, without what ends it. */
static struct str
line_at(const struct reading *reading, size_t i)
{
    size_t begin = reading->lines[i];
    size_t end = i + 1 < reading->count ? reading->lines[i + 1] : reading->doc->text.len;

    while (end > begin && document_blank(reading->doc->text.at[end - 1]))
        end--;
    return (struct str){reading->doc->text.at + begin, end - begin};
}

static void
title_take(struct reading *reading, struct str line)
{
    struct str says;

    if (!str_starts(line, "title:"))
        return;
    says = str_trim((struct str){line.at + 6, line.len - 6});
    if (says.len >= 2 && (says.at[0] == '"' || says.at[0] == '\'') &&
        says.at[says.len - 1] == says.at[0])
        says = (struct str){says.at + 1, says.len - 2};
    reading->doc->title = document_line(reading->doc->arena, says, 200).at;
}

/* YAML between "---" lines at the very start; without the second one it is text like any other.
 */
static void
front_matter(struct reading *reading)
{
    size_t last = 1;

    if (!str_is(line_at(reading, 0), "---"))
        return;
    while (last < reading->count && !str_is(line_at(reading, last), "---") &&
           !str_is(line_at(reading, last), "..."))
        last++;
    if (last == reading->count)
        return;
    for (size_t i = 1; i < last; i++)
        title_take(reading, line_at(reading, i));
    reading->skipped = last + 1;
}

/* Ends the open block before line `line` (counted from 0). */
static void
block_end(struct reading *reading, size_t line)
{
    size_t begin, end;

    if (!reading->open)
        return;
    begin = reading->lines[reading->line];
    end = line < reading->count ? reading->lines[line] : reading->doc->text.len;
    if (reading->kind == BLOCK_HEADING)
        document_heading(reading->doc, reading->level, reading->says, begin, end);
    else
        document_block(reading->doc, reading->kind, begin, end);
    reading->open = false;
}

/* What a heading says: its texts and code, without marks. */
static struct str
heading_says(struct reading *reading, cmark_node *heading)
{
    cmark_iter *iter = cmark_iter_new(heading);
    struct buf buf;

    arena_defer(reading->doc->arena, iter_free, iter);
    buf_start(&buf, reading->doc->arena, 64);
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);

        if (event != CMARK_EVENT_ENTER)
            continue;
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)
            buf_text(&buf, cmark_node_get_literal(node));
        else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
            buf_byte(&buf, ' ');
    }
    return (struct str){buf.data, buf.len};
}

static bool
html_says_nothing(cmark_node *node)
{
    struct str html = str_trim(str_of(cmark_node_get_literal(node)));
    const char *end = html.len < 7 ? NULL : strstr(html.at, "-->");

    return str_starts(html, "<!--") && end == html.at + html.len - 3;
}

static enum block_kind
kind_inside(cmark_node *node)
{
    return cmark_node_get_type(cmark_node_parent(node)) == CMARK_NODE_ITEM ? BLOCK_ITEM
                                                                           : BLOCK_PARAGRAPH;
}

/* Whether the node begins a block; *kind_out is which, *drop_out that it is no passage. */
static bool
node_begins(cmark_node *node, enum block_kind *kind_out, bool *drop_out)
{
    const char *name = cmark_node_get_type_string(node);
    cmark_node_type type = cmark_node_get_type(node);

    *drop_out = type == CMARK_NODE_THEMATIC_BREAK ||
                (type == CMARK_NODE_HTML_BLOCK && html_says_nothing(node));
    *kind_out = BLOCK_PARAGRAPH;
    if (type == CMARK_NODE_CODE_BLOCK)
        *kind_out = BLOCK_CODE;
    else if (strcmp(name, "table_row") == 0 || strcmp(name, "table_header") == 0)
        *kind_out = BLOCK_ROW;
    else if (type == CMARK_NODE_PARAGRAPH)
        *kind_out = kind_inside(node);
    else if (type == CMARK_NODE_HEADING &&
             cmark_node_get_type(cmark_node_parent(node)) == CMARK_NODE_DOCUMENT)
        *kind_out = BLOCK_HEADING;
    else
        return type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HEADING || *drop_out;
    return true;
}

static void
node_read(struct reading *reading, cmark_node *node)
{
    int start = cmark_node_get_start_line(node);
    enum block_kind kind;
    size_t line;
    bool drop;

    /* Line 0 is what cmark-gfm gives to a paragraph that a table took its last line from; the
       table then begins at the paragraph's first line, so nothing is lost. */
    if (start <= 0 || !node_begins(node, &kind, &drop))
        return;
    line = (size_t)start - 1 + reading->skipped;
    if (line >= reading->count || (reading->open && line <= reading->line))
        return; /* a second block of the same line belongs to the first: "- - x" */
    block_end(reading, line);
    if (drop)
        return;
    reading->open = true;
    reading->kind = kind;
    reading->line = line;
    reading->level = kind == BLOCK_HEADING ? cmark_node_get_heading_level(node) : 0;
    reading->says = kind == BLOCK_HEADING ? heading_says(reading, node) : (struct str){0};
}

static cmark_node *
tree_parse(struct arena *arena, struct str text)
{
    cmark_parser *parser;
    cmark_syntax_extension *table;
    cmark_node *root;

    cmark_gfm_core_extensions_ensure_registered();
    parser = cmark_parser_new(CMARK_OPT_DEFAULT);
    table = cmark_find_syntax_extension("table");
    if (table != NULL)
        cmark_parser_attach_syntax_extension(parser, table);
    cmark_parser_feed(parser, text.at, text.len);
    root = cmark_parser_finish(parser);
    cmark_parser_free(parser);
    arena_defer(arena, node_free, root);
    return root;
}

bool
extract_markdown(struct arena *arena, struct str bytes, struct document *doc_out,
                 struct err *err)
{
    struct reading reading = {.doc = doc_out};
    size_t begin = extract_bom(bytes);
    cmark_iter *iter;

    (void)err;
    document_start(doc_out, arena, "markdown", bytes);
    lines_find(&reading, begin);
    front_matter(&reading);
    if (reading.skipped > 0)
        begin = reading.skipped < reading.count ? reading.lines[reading.skipped] : bytes.len;
    iter = cmark_iter_new(tree_parse(arena, (struct str){bytes.at + begin, bytes.len - begin}));
    arena_defer(arena, iter_free, iter);
    for (cmark_event_type event; (event = cmark_iter_next(iter)) != CMARK_EVENT_DONE;)
        if (event == CMARK_EVENT_ENTER)
            node_read(&reading, cmark_iter_get_node(iter));
    block_end(&reading, reading.count);
    return true;
}
