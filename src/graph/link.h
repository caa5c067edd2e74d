/*
 * link: finds what new records speak of and stores it.
 *
 * Two short transactions a batch: read the records that wait, store what they mention.  A
 * record that was changed or deleted between the two is left to whoever changed it (see
 * sql/functions/graph_link.sql).
 */
#ifndef GRAPH_LINK_H
#define GRAPH_LINK_H

#include "base/str.h"
#include "db/pipe.h"

#include <stdbool.h>
#include <stddef.h>

#define LINK_BATCH 256 /* records at once */

/* One batch of whichever collection has waited for `seconds`, for the engine; how many records
   were read. */
bool link_any(struct conn *conn, struct arena *arena, double seconds, size_t *taken_out,
              struct err *err);

/* One batch of a collection of the caller. */
bool link_own(struct conn *conn, const struct claims *claims, struct arena *arena,
              struct str database, struct str collection, size_t *taken_out, struct err *err);

#endif
