/*
 * pack: the words of many records turned round, into the packed postings of each word.
 */
#ifndef WORDS_PACK_H
#define WORDS_PACK_H

#include "base/arena.h"
#include "base/buf.h"
#include "words/posting.h"

#include <stddef.h>

struct pack_word {
    struct str text;
    struct buf bytes; /* its postings */
    struct posting_writer writer;
};

struct pack; /* opaque */

struct pack *pack_new(struct arena *arena);

/* A word of a record; records in the order of their numbers.  `word` must live as long. */
void pack_add(struct pack *pack, struct str word, const struct posting *posting);

/* All words, in the order of their bytes. */
struct pack_word **pack_words(struct pack *pack, size_t *count_out);

#endif
