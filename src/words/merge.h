/*
 * merge: many runs of postings made one, without what was forgotten.
 */
#ifndef WORDS_MERGE_H
#define WORDS_MERGE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "db/conn.h"
#include "words/posting.h"

#include <stdbool.h>
#include <stddef.h>

/* Postings of seq in runs below `run` are dead. */
struct merge_gone {
    int64_t seq, run;
    bool used; /* some were */
};

struct merge {
    struct arena *arena;
    struct merge_gone *gone; /* in order of seq and run */
    size_t gone_count;
    struct posting *posts; /* of the word at hand */
    size_t count, room;
};

/* The postings of the word at hand in one run; false when they are broken. */
bool merge_add(struct merge *merge, int64_t run, struct str posts);

/* All that was added, packed anew; empty when nothing lives.  Then begins the next word. */
struct str merge_word(struct merge *merge);

/* One merge that is due, in one transaction, and the room given back.  *more_out is set when
   there was one, and left as it is when not. */
bool merge_step(struct conn *conn, struct arena *arena, bool *more_out, struct err *err);

#endif
