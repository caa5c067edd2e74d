/*
 * document: a source as a text and the blocks that it is made of.
 */
#include "ingest/document.h"

#include "base/buf.h"

#include <assert.h>
#include <string.h>

#define HEADING_MOST 200 /* bytes of one heading in a path: more is a sentence, not a name */

bool
document_blank(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

void
document_start(struct document *doc, struct arena *arena, const char *type, struct str text)
{
    *doc = (struct document){
        .text = text, .type = type, .title = "", .exact = true, .arena = arena, .heading = ""};
}

static struct block *
block_add(struct document *doc)
{
    if (doc->count == doc->room) {
        size_t room = doc->room == 0 ? 64 : 2 * doc->room;
        struct block *blocks = arena_take(doc->arena, room * sizeof *blocks);

        if (doc->count > 0)
            memcpy(blocks, doc->blocks, doc->count * sizeof *blocks);
        doc->blocks = blocks;
        doc->room = room;
    }
    return &doc->blocks[doc->count++];
}

/* Trimmed at its end, and at its start too but for code, whose indentation means something. */
static bool
range_trim(const struct document *doc, enum block_kind kind, size_t *begin, size_t *end)
{
    const char *at = doc->text.at;

    assert(*begin <= *end && *end <= doc->text.len);
    assert(doc->count == 0 || doc->blocks[doc->count - 1].end <= *begin);
    while (*end > *begin && document_blank(at[*end - 1]))
        --*end;
    while (kind != BLOCK_CODE && *begin < *end && document_blank(at[*begin]))
        ++*begin;
    return *begin < *end;
}

void
document_block(struct document *doc, enum block_kind kind, size_t begin, size_t end)
{
    if (!range_trim(doc, kind, &begin, &end))
        return;
    *block_add(doc) = (struct block){.kind = kind,
                                     .begin = begin,
                                     .end = end,
                                     .above = doc->heading,
                                     .heading = doc->heading};
}

static const char *
path_join(const struct document *doc, int levels)
{
    struct buf buf;

    buf_start(&buf, doc->arena, 64);
    for (int i = 0; i < levels; i++) {
        if (doc->path[i].len == 0)
            continue;
        if (buf.len > 0)
            buf_text(&buf, " > ");
        buf_add(&buf, doc->path[i].at, doc->path[i].len);
    }
    return buf.len > 0 ? buf.data : "";
}

void
document_heading(struct document *doc, int level, struct str says, size_t begin, size_t end)
{
    struct str line = document_line(doc->arena, says, HEADING_MOST);
    const char *above;

    assert(level >= 1 && level <= DOCUMENT_LEVELS);
    if (!range_trim(doc, BLOCK_HEADING, &begin, &end))
        return;
    for (int i = level - 1; i < DOCUMENT_LEVELS; i++)
        doc->path[i] = (struct str){0};
    above = path_join(doc, level - 1);
    doc->path[level - 1] = line;
    doc->heading = path_join(doc, level);
    if (level == 1 && doc->title[0] == '\0' && line.len > 0)
        doc->title = line.at;
    *block_add(doc) = (struct block){.kind = BLOCK_HEADING,
                                     .level = level,
                                     .begin = begin,
                                     .end = end,
                                     .above = above,
                                     .heading = doc->heading};
}

struct str
document_line(struct arena *arena, struct str text, size_t most)
{
    char *line = arena_take(arena, (text.len < most ? text.len : most) + 2);
    size_t len = 0;

    for (size_t i = 0; i < text.len && len <= most; i++)
        if (!document_blank(text.at[i]))
            line[len++] = text.at[i];
        else if (len > 0 && line[len - 1] != ' ')
            line[len++] = ' ';
    if (len > most) /* the byte too many tells whether a character was cut */
        for (len = most; len > 0 && ((unsigned char)line[len] & 0xc0) == 0x80;)
            len--;
    while (len > 0 && line[len - 1] == ' ')
        len--;
    line[len] = '\0';
    return (struct str){line, len};
}
