/*
 * move: words of new records, moved among the postings as runs, and many runs made one.
 *
 * See docs/decisions/0022-words-in-runs.md and sql/functions/words_run.sql.
 */
#ifndef WORDS_MOVE_H
#define WORDS_MOVE_H

#include "base/arena.h"
#include "base/err.h"
#include "db/pipe.h"

#include <stdbool.h>

#define MOVE_BATCH 24000 /* records, as a run of its own holds at most */

/* One step: words that have waited for `seconds` of up to four collections, `batch` records' of
   each.  `*more_out`: something was done, so there may be more. */
bool move_step(struct conn *conn, struct arena *arena, double seconds, long batch,
               bool *more_out, struct err *err);

/* A set of words, and on which side of what it holds a run is laid: above it, or `below`. */
struct move_to {
    struct str tenant, number;
    bool below;
};

/* Writes the words of some records, rows of words_take() as read in this transaction, as a run
   of a set. */
bool move_put(struct conn *conn, struct arena *arena, const struct move_to *to,
              const struct call *taken, struct err *err);

#endif
