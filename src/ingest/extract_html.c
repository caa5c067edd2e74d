/*
 * extract_html: HTML to plain text and blocks, by libxml2's forgiving parser.
 *
 * What a reader does not read is dropped: scripts, styles, navigation, forms, drawings, hidden
 * elements.  Offsets refer to the text made here.  The encoding is the one that the page
 * declares, else UTF-8; nothing is guessed.  The parser opens no files and no connections and
 * HTML has no entities of one's own, so that a page cannot grow beyond what it says.
 */
#include "base/buf.h"
#include "base/utf8.h"
#include "ingest/extract.h"

#include <libxml/HTMLparser.h>
#include <libxml/encoding.h>
#include <string.h>
#include <strings.h>

#define PROLOGUE 4096 /* bytes in which a page declares its encoding */

enum part {
    PART_INLINE, /* runs on with the text around it */
    PART_BLOCK,  /* begins and ends a paragraph */
    PART_BREAK,
    PART_HEADING,
    PART_ITEM,
    PART_ROW,
    PART_CELL,
    PART_CODE,
    PART_TITLE,
    PART_DROPPED
};

struct element {
    const char *name;
    enum part part;
};

/* clang-format off */
static const struct element elements[] = {
    {"address", PART_BLOCK},    {"article", PART_BLOCK},     {"aside", PART_BLOCK},
    {"audio", PART_DROPPED},    {"blockquote", PART_BLOCK},  {"body", PART_BLOCK},
    {"br", PART_BREAK},         {"button", PART_DROPPED},    {"canvas", PART_DROPPED},
    {"caption", PART_BLOCK},    {"datalist", PART_DROPPED},  {"dd", PART_BLOCK},
    {"details", PART_BLOCK},    {"div", PART_BLOCK},         {"dl", PART_BLOCK},
    {"dt", PART_BLOCK},         {"fieldset", PART_BLOCK},    {"figcaption", PART_BLOCK},
    {"figure", PART_BLOCK},     {"footer", PART_BLOCK},      {"form", PART_BLOCK},
    {"h1", PART_HEADING},       {"h2", PART_HEADING},        {"h3", PART_HEADING},
    {"h4", PART_HEADING},       {"h5", PART_HEADING},        {"h6", PART_HEADING},
    {"header", PART_BLOCK},     {"hr", PART_BLOCK},          {"iframe", PART_DROPPED},
    {"li", PART_ITEM},          {"main", PART_BLOCK},        {"nav", PART_DROPPED},
    {"noscript", PART_DROPPED}, {"object", PART_DROPPED},    {"ol", PART_BLOCK},
    {"p", PART_BLOCK},          {"pre", PART_CODE},          {"script", PART_DROPPED},
    {"section", PART_BLOCK},    {"select", PART_DROPPED},    {"style", PART_DROPPED},
    {"summary", PART_BLOCK},    {"svg", PART_DROPPED},       {"table", PART_BLOCK},
    {"td", PART_CELL},          {"template", PART_DROPPED},  {"textarea", PART_DROPPED},
    {"th", PART_CELL},          {"title", PART_TITLE},       {"tr", PART_ROW},
    {"ul", PART_BLOCK},         {"video", PART_DROPPED},
};
/* clang-format on */

struct page {
    struct document *doc;
    struct buf text;
    size_t begin;           /* of the open block */
    bool open;              /* a block has begun */
    bool space;             /* a blank waits for the next word */
    bool mark;              /* the next block is the first of a list item */
    int items, rows, codes; /* how deep we are in lists, table rows, preformatted text */
    int level;              /* of the heading that we are in, or 0 */
    enum block_kind last;
};

static void
tree_free(void *tree)
{
    xmlFreeDoc(tree);
}

static void
parser_free(void *parser)
{
    htmlFreeParserCtxt(parser);
}

static enum part
part_of(const xmlNode *node)
{
    if (node->type != XML_ELEMENT_NODE)
        return PART_DROPPED;
    if (xmlHasProp(node, (const xmlChar *)"hidden") != NULL)
        return PART_DROPPED;
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++)
        if (xmlStrEqual(node->name, (const xmlChar *)elements[i].name))
            return elements[i].part;
    return PART_INLINE;
}

static enum block_kind
block_kind_here(const struct page *page)
{
    if (page->rows > 0)
        return BLOCK_ROW;
    if (page->codes > 0)
        return BLOCK_CODE;
    if (page->level > 0)
        return BLOCK_HEADING;
    return page->items > 0 ? BLOCK_ITEM : BLOCK_PARAGRAPH;
}

static void
block_open(struct page *page)
{
    enum block_kind kind = block_kind_here(page);
    bool near = kind == page->last && (kind == BLOCK_ITEM || kind == BLOCK_ROW);

    if (page->text.len > 0)
        buf_text(&page->text, near ? "\n" : "\n\n");
    page->begin = page->text.len;
    page->open = true;
    page->space = false;
    page->last = kind;
    if (page->mark && kind == BLOCK_ITEM)
        buf_text(&page->text, "- ");
    page->mark = false;
}

static void
block_close(struct page *page)
{
    struct document *doc = page->doc;
    size_t begin = page->begin, end = page->text.len;

    if (!page->open)
        return;
    doc->text = (struct str){page->text.data, page->text.len};
    if (page->last == BLOCK_HEADING)
        document_heading(doc, page->level, (struct str){doc->text.at + begin, end - begin},
                         begin, end);
    else
        document_block(doc, page->last, begin, end);
    page->open = false;
    page->space = false;
}

/* Ends the block unless a table row holds us, which is one block whatever its cells hold. */
static void
block_part(struct page *page)
{
    if (page->rows == 0)
        block_close(page);
    else
        page->space = true;
}

static void
text_add(struct page *page, const char *text)
{
    for (; *text != '\0'; text++) {
        if (page->codes > 0 && *text != '\r' && (page->open || *text != '\n')) {
            if (!page->open)
                block_open(page);
            buf_byte(&page->text, *text);
        } else if (document_blank(*text)) {
            page->space = true;
        } else {
            if (!page->open)
                block_open(page);
            else if (page->space && page->text.data[page->text.len - 1] != ' ')
                buf_byte(&page->text, ' ');
            page->space = false;
            buf_byte(&page->text, *text);
        }
    }
}

static void
title_take(struct page *page, xmlNode *node)
{
    struct str says = {0};

    if (node->children != NULL && node->children->type == XML_TEXT_NODE)
        says = str_of((const char *)node->children->content);
    if (page->doc->title[0] == '\0' && says.len > 0)
        page->doc->title = document_line(page->doc->arena, says, 200).at;
}

static void
element_enter(struct page *page, const xmlNode *node, enum part part)
{
    if (part == PART_CELL && page->rows > 0 && page->open)
        buf_text(&page->text, " | ");
    else if (part != PART_INLINE && part != PART_BREAK)
        block_part(page);
    if (part == PART_CELL)
        page->space = false;
    page->items += part == PART_ITEM;
    page->codes += part == PART_CODE;
    page->rows += part == PART_ROW;
    if (part == PART_ITEM)
        page->mark = true;
    if (part == PART_HEADING && page->rows == 0)
        page->level = node->name[1] - '0';
}

static void
element_leave(struct page *page, enum part part)
{
    if (part == PART_ROW && page->rows == 1)
        block_close(page);
    else if (part != PART_INLINE && part != PART_CELL && part != PART_BREAK)
        block_part(page);
    page->items -= part == PART_ITEM;
    page->codes -= part == PART_CODE;
    page->rows -= part == PART_ROW;
    if (part == PART_HEADING)
        page->level = 0;
}

static void
break_add(struct page *page)
{
    if (page->open && page->rows == 0 && page->level == 0)
        buf_byte(&page->text, '\n');
    page->space = page->rows > 0 || page->level > 0;
}

/* True when the node's children are to be read. */
static bool
node_enter(struct page *page, xmlNode *node)
{
    enum part part = part_of(node);

    if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
        text_add(page, (const char *)node->content);
        return false;
    }
    if (part == PART_DROPPED)
        return false;
    if (part == PART_TITLE) {
        title_take(page, node);
        return false;
    }
    if (part == PART_BREAK)
        break_add(page);
    element_enter(page, node, part);
    return true;
}

static void
node_leave(struct page *page, xmlNode *node)
{
    enum part part = part_of(node);

    if (part != PART_DROPPED && part != PART_TITLE)
        element_leave(page, part);
}

/* Depth first, by the tree's own links: a page may be nested deeper than a stack. */
static void
tree_read(struct page *page, xmlNode *root)
{
    xmlNode *node = root;

    while (node != NULL) {
        if (node_enter(page, node) && node->children != NULL) {
            node = node->children;
            continue;
        }
        for (;;) {
            node_leave(page, node);
            if (node == root)
                return;
            if (node->next != NULL)
                break;
            node = node->parent;
        }
        node = node->next;
    }
}

/* The name after the first "charset=" of the prologue, or absent. */
static struct str
charset_declared(struct str bytes)
{
    static const char key[] = "charset=";
    size_t most = bytes.len < PROLOGUE ? bytes.len : PROLOGUE, len = 0;

    for (size_t i = 0; i + sizeof key - 1 < most; i++) {
        const char *at = bytes.at + i + sizeof key - 1;

        if (strncasecmp(bytes.at + i, key, sizeof key - 1) != 0)
            continue;
        if (*at == '"' || *at == '\'')
            at++;
        while (at + len < bytes.at + most && len < 40 &&
               strchr("\"' \t\r\n;/>", at[len]) == NULL)
            len++;
        return (struct str){at, len};
    }
    return (struct str){0};
}

/* The encoding by a name that the parser knows, or NULL with the reason. */
static const char *
charset_choose(struct arena *arena, struct str bytes, struct err *err)
{
    const char *name = str_copy(arena, charset_declared(bytes));
    xmlCharEncodingHandler *handler;
    size_t bad;

    if (extract_bom(bytes) > 0 || name[0] == '\0' || strcasecmp(name, "utf-8") == 0 ||
        strcasecmp(name, "utf8") == 0) {
        if (utf8_valid(bytes.at, bytes.len, &bad))
            return "UTF-8";
        err_set(err, ERR_MEDIA, "not UTF-8 (byte %zu), and no other encoding is declared", bad);
        return NULL;
    }
    /* WHATWG Encoding 4.2: pages that say Latin-1 or ASCII mean windows-1252. */
    if (strcasecmp(name, "iso-8859-1") == 0 || strcasecmp(name, "latin1") == 0 ||
        strcasecmp(name, "us-ascii") == 0 || strcasecmp(name, "ascii") == 0)
        return "windows-1252";
    handler = xmlFindCharEncodingHandler(name);
    if (handler != NULL && xmlCharEncCloseFunc(handler) == 0)
        return name;
    err_set(err, ERR_MEDIA, "declares an unknown encoding");
    return NULL;
}

static struct str
without_bom(struct str bytes)
{
    size_t bom = extract_bom(bytes);

    return (struct str){bytes.at + bom, bytes.len - bom};
}

/* The parser stops at 256 levels, and what it has read by then is not the page: refused. */
static xmlDoc *
tree_parse(struct arena *arena, struct str bytes, struct err *err)
{
    const int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                        HTML_PARSE_NONET | HTML_PARSE_COMPACT | HTML_PARSE_IGNORE_ENC;
    const char *charset = charset_choose(arena, bytes, err);
    struct str page = without_bom(bytes);
    htmlParserCtxt *parser;
    xmlDoc *tree;

    if (charset == NULL)
        return NULL;
    parser = htmlNewParserCtxt();
    arena_defer(arena, parser_free, parser);
    tree = htmlCtxtReadMemory(parser, page.at, (int)page.len, NULL, charset, options);
    if (tree != NULL)
        arena_defer(arena, tree_free, tree);
    if (tree == NULL || xmlDocGetRootElement(tree) == NULL)
        err_set(err, ERR_MEDIA, "not HTML that can be read");
    else if (parser->disableSAX != 0)
        err_set(err, ERR_MEDIA, "HTML that is nested too deeply");
    return err->kind == ERR_NONE ? tree : NULL;
}

bool
extract_html(struct arena *arena, struct str bytes, struct document *doc_out, struct err *err)
{
    struct page page = {.doc = doc_out};
    xmlDoc *tree;
    size_t bad;

    document_start(doc_out, arena, "html", STR(""));
    doc_out->exact = false;
    if (str_trim(without_bom(bytes)).len == 0)
        return true;
    tree = tree_parse(arena, bytes, err);
    if (tree == NULL)
        return false;
    buf_start(&page.text, arena, bytes.len / 4 + 64);
    tree_read(&page, xmlDocGetRootElement(tree));
    block_close(&page);
    doc_out->text = (struct str){page.text.data, page.text.len};
    if (!utf8_valid(page.text.data, page.text.len, &bad))
        return err_set(err, ERR_MEDIA, "does not fit the encoding that it declares");
    return true;
}
