/*
 * fill: reads whole graphs of collections into the cache, in a thread of its own.
 *
 * A graph is read on behalf of the caller whose search asked for it, with his claims, so that
 * row level security decides what it is made of; page by page, each a short transaction.  It is
 * kept only if the epoch after the last page is the one that the search saw: then all pages are
 * of one state.  No search waits for it.
 */
#ifndef GRAPH_FILL_H
#define GRAPH_FILL_H

#include "base/str.h"
#include "db/claims.h"
#include "graph/cache.h"

struct fill; /* opaque; belongs to the process, any thread may use it */

/* For a cache of so many megabytes; 0: NULL, and none is kept. */
struct fill *fill_new(const char *conninfo, long megabytes);
void
fill_free(struct fill *fill); /* when no thread uses it any more; what is read is given up */

struct cache *fill_cache(struct fill *fill);

/* Read the graph that is in this state, later; for whom cache_spent() said so.  Copies all that
   it needs. */
void fill_ask(struct fill *fill, const struct claims *claims, struct str database,
              struct str collection, const struct cache_state *state);

/* The state that a row tells: tenant, number, writes, mark and moment, from this column on. */
struct call;
void fill_state(const struct call *call, size_t row, int column, struct cache_state *state_out);

#endif
