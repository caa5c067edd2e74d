/*
 * cache: whole graphs of collections that this process keeps, each for exactly one state.
 *
 * A graph belongs to a tenant's collection and to one epoch of it
 * (sql/functions/graph_epoch.sql): it is given out only to who has just seen that epoch under
 * that tenant's rights.  A graph is worth reading when a collection is explored a second time
 * in one state, and once the searches that did without it took as long as reading it took
 * before.  The graphs take no more than so many bytes together, those included that were thrown
 * out and are still looked at; the least recently used go first.  Any thread may use it.
 */
#ifndef GRAPH_CACHE_H
#define GRAPH_CACHE_H

#include "base/uuid.h"
#include "graph/net.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cache; /* opaque; belongs to the process */

/* A graph, as Postgres told it at `moment` (microseconds since 1970, its clock). */
struct cache_state {
    char tenant[UUID_TEXT];
    long number; /* of the collection */
    long writes, mark;
    int64_t moment;
};

bool cache_same(const struct cache_state *a, const struct cache_state *b); /* but for when */

struct cache *cache_new(size_t most_bytes);
void cache_free(struct cache *cache); /* when nobody looks at a graph any more */

struct cache_graph; /* a graph that is looked at: it stays until cache_leave() */

/* The graph in this state, or NULL. */
struct cache_graph *cache_find(struct cache *cache, const struct cache_state *state);
const struct net *cache_net(const struct cache_graph *graph);
void cache_leave(struct cache *cache, struct cache_graph *graph);

/* A search found no graph and took so long without.  True: it is worth reading now, and whoever
   asked has to end that by cache_put() or cache_not(). */
bool cache_spent(struct cache *cache, const struct cache_state *state, int64_t us);

/* It was read, which took so long, and holds until that moment; the net is the cache's from now
   on.  False: there is no room for it. */
bool cache_put(struct cache *cache, const struct cache_state *state, struct net *net,
               int64_t until, int64_t us);
/* It was not, which took so long; too large: do not ask again for an hour. */
void cache_not(struct cache *cache, const struct cache_state *state, int64_t us,
               bool too_large);

size_t cache_most(const struct cache *cache);
size_t cache_bytes(struct cache *cache); /* taken now */

#endif
