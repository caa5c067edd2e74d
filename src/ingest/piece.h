/*
 * piece: the parts of a document between which a passage may end.
 *
 * A piece is a block, or where a block is too long for one passage a sentence, a line of code,
 * a run of words, or at worst a run of characters of one long word.  Each is weighed once.
 */
#ifndef INGEST_PIECE_H
#define INGEST_PIECE_H

#include "ingest/chunk.h"

#include <stdbool.h>

struct piece {
    const struct block *block;
    size_t begin, end;
    size_t cost;  /* tokens, without the marks that the model adds to each text */
    size_t table; /* in the first row of a table: the cost of the whole table */
    bool first;   /* of its block */
    bool lead;    /* a heading: it stays with what follows */
};

struct piece_list {
    struct piece *at;
    size_t count, room;
};

/* All pieces of the document, in order. */
void piece_split(struct arena *arena, const struct document *doc, const struct chunk_rule *rule,
                 struct piece_list *list_out);

/* Tokens of a text inside another, at least one for each CHUNK_TOKEN_BYTES bytes. */
size_t piece_cost(const struct chunk_rule *rule, struct str text);

/* The headings that are embedded above a passage that begins here: none when they take too
 * much. */
const char *piece_context(const struct chunk_rule *rule, const struct piece *piece);

/* How much an overlap may hold: 15 % of a full passage. */
size_t piece_overlap(const struct chunk_rule *rule);

#endif
