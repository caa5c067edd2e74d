/*
 * chunk: a document cut into passages that fit the embedding model.
 *
 * A passage is one range of the document's text.  Cuts are made, in this order of liking,
 * before a heading, between blocks, between sentences (or lines of code), between words, and
 * only inside a word that alone is too long between characters.  Small neighbours under one
 * heading stay together; code and tables stay whole while they fit; only inside one long
 * paragraph do passages overlap.  A heading stands at the start of the passage below it.  The
 * same document always gives the same chunks.
 *
 * What is embedded is chunk_input(): the headings that stand above the passage but not in it, a
 * line feed, the passage.  That input is within `limit`.
 */
#ifndef INGEST_CHUNK_H
#define INGEST_CHUNK_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/str.h"
#include "ingest/document.h"

#include <stddef.h>

#define CHUNK_TOKEN_BYTES                                                                      \
    16 /* a passage has at most this many bytes per token of the limit                         \
        */

struct chunk_rule {
    size_t target; /* tokens at which a passage is full */
    size_t limit;  /* tokens that no input exceeds: the model's window */
    size_t (*tokens)(void *self,
                     struct str text); /* of a whole text, marks of the model included */
    void *self;
};

struct chunk {
    struct str text; /* document.text[begin..end) */
    size_t begin, end;
    const char *heading;   /* of the section it begins in: "A > B > C", or "" */
    const char *context;   /* the headings of that path that are not in the passage, or "" */
    size_t ordinal;        /* 0, 1, 2 ... */
    char hash[DIGEST_HEX]; /* SHA-256 of the input: same hash, same vector */
};

/* 200 and 256 tokens, counted as 1.3 for each word: what holds without a model. */
struct chunk_rule chunk_rule_words(void);

/* The chunks of a document, and their number. */
struct chunk *chunk_document(struct arena *arena, const struct document *doc,
                             const struct chunk_rule *rule, size_t *count_out);

struct str chunk_input(struct arena *arena, const struct chunk *chunk);

#endif
