/*
 * gather: finds the communities of a collection and stores them.
 *
 * Entities that records speak of together are joined, the more strongly the fewer stand beside
 * them: a record of n entities adds 1 / (n - 1) to each pair.  A community is told by up to
 * GATHER_SENTENCES sentences of its records: each time the one that speaks of most that was not
 * spoken of yet, an entity counting as often as records speak of it.  The same records give the
 * same communities and sentences.
 */
#ifndef GRAPH_GATHER_H
#define GRAPH_GATHER_H

#include "db/pipe.h"

#include <stdbool.h>

#define GATHER_SENTENCES 5
#define GATHER_TOGETHER  24 /* entities of one record, the first by their keys */
#define GATHER_MENTIONS                                                                        \
    500000 /* of a collection, the first by records; the others do not count */

/* Those of one collection that has changed and then been quiet for `seconds`; whether there was
   one. */
bool gather_any(struct conn *conn, struct arena *arena, double seconds, bool *found_out,
                struct err *err);

#endif
