/*
 * remake: other words for a collection, made beside those that are searched.
 *
 * See docs/decisions/0035-words-made-anew.md and sql/functions/words_set.sql.
 */
#ifndef WORDS_REMAKE_H
#define WORDS_REMAKE_H

#include "base/arena.h"
#include "base/err.h"
#include "db/conn.h"

#include <stdbool.h>

/* One step of up to four sets of words: `batch` records are read into each, or it takes the
   place of the old set, or is taken away `seconds` after searches have left it.  `*more_out`
   becomes true when something was done, and else stays. */
bool remake_step(struct conn *conn, struct arena *arena, double seconds, long batch,
                 bool *more_out, struct err *err);

#endif
