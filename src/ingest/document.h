/*
 * document: a source as a text and the blocks that it is made of.
 *
 * Every extractor gives this.  A block is a range of bytes of `text`; blocks stand in order and
 * do not overlap, so that a passage is always text[begin..end) and can be shown in its place.
 * For Markdown and plain text `text` is the file itself; for HTML it is the plain text that was
 * extracted (`exact` is false then), because a passage of mark-up is not readable.
 */
#ifndef INGEST_DOCUMENT_H
#define INGEST_DOCUMENT_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

#define DOCUMENT_LEVELS 6

enum block_kind { BLOCK_HEADING, BLOCK_PARAGRAPH, BLOCK_ITEM, BLOCK_CODE, BLOCK_ROW };

struct block {
    enum block_kind kind;
    int level;           /* of a heading, 1 to 6; else 0 */
    size_t begin, end;   /* bytes of the document's text, never empty, whole characters */
    const char *above;   /* the headings above it, "A > B"; "" at the top */
    const char *heading; /* the same and, when the block is a heading, itself: "A > B > C" */
};

struct document {
    struct str text;
    const char *type;  /* "markdown", "html" or "text" */
    const char *title; /* what the source calls itself, or "" */
    bool exact;        /* offsets are bytes of the source file */
    struct block *blocks;
    size_t count;
    /* for the extractors: */
    size_t room;
    struct arena *arena;
    struct str path[DOCUMENT_LEVELS];
    const char *heading;
};

void document_start(struct document *doc, struct arena *arena, const char *type,
                    struct str text);

/* Appends a block without the blank bytes at its end; a blank one is nothing. */
void document_block(struct document *doc, enum block_kind kind, size_t begin, size_t end);

/* A heading and what it says without mark-up; the first of level 1 is the title if there is
 * none. */
void document_heading(struct document *doc, int level, struct str says, size_t begin,
                      size_t end);

/* One line of visible text: runs of blanks become one space, cut at `most` bytes. */
struct str document_line(struct arena *arena, struct str text, size_t most);

bool document_blank(char byte); /* space, tab, line feed, carriage return, form feed, VT */

#endif
