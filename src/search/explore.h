/*
 * explore: a walk through the graph from what a question finds.
 *
 * Where it begins comes from Postgres, under the caller's own rights, with the epoch of the
 * graph.  The walk goes over the whole graph when the process keeps it for that epoch
 * (graph/cache.h) and no filter was given; else over the part around its beginning, which is
 * fetched for it.  Then the best records are read, again under the caller's rights.
 */
#ifndef SEARCH_EXPLORE_H
#define SEARCH_EXPLORE_H

#include "search/search.h"

/* A search of mode SEARCH_EXPLORE; the call has the columns of search_graph. */
bool explore_run(struct search *search, struct conn *conn, const struct claims *claims,
                 int64_t deadline, struct call **call_out, struct err *err);

#endif
