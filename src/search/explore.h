/*
 * explore: a walk through the graph from what a question finds.
 *
 * Two round trips: the part of the graph around the seeds comes from Postgres, under the
 * caller's own rights; it is ranked here by graph/push.h; then the best records are read, again
 * under these rights.  Nothing is kept between two searches.
 */
#ifndef SEARCH_EXPLORE_H
#define SEARCH_EXPLORE_H

#include "search/search.h"

/* A search of mode SEARCH_EXPLORE; the call has the columns of search_graph. */
bool explore_run(struct search *search, struct conn *conn, const struct claims *claims,
                 int64_t deadline, struct call **call_out, struct err *err);

#endif
