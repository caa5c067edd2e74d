/*
 * cache: whole graphs of collections that this process keeps, each for exactly one state.
 */
#include "graph/cache.h"

#include "base/clock.h"
#include "base/metric.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS        256
#define SEARCHES     2                 /* in one state, before a graph is read for them */
#define FORGET_US    (600 * 1000000LL) /* searches further apart do not count together */
#define TOO_LARGE_US (3600 * 1000000LL)

struct cache_graph {
    struct net *net;
    unsigned users; /* and one while a slot has it */
    int64_t until;
};

/* What is known of a collection. */
struct slot {
    struct cache_state state; /* that searches last saw; number 0: free */
    int64_t used;             /* clock_us() */
    long searches;            /* without a graph, in this state */
    int64_t spent, cost;      /* by them; by reading it the last time */
    int64_t refused;          /* not before then */
    bool reading;
    struct cache_state kept; /* that of graph */
    struct cache_graph *graph;
};

struct cache {
    pthread_mutex_t lock;
    size_t most, bytes;
    struct slot slots[SLOTS];
};

struct cache *
cache_new(size_t most_bytes)
{
    struct cache *cache = calloc(1, sizeof *cache);

    if (cache == NULL || pthread_mutex_init(&cache->lock, NULL) != 0)
        abort();
    cache->most = most_bytes;
    return cache;
}

/* With the lock, as all below. */
static void
graph_drop(struct cache *cache, struct cache_graph *graph)
{
    if (graph == NULL || --graph->users > 0)
        return;
    cache->bytes -= graph->net->bytes;
    metric_add(METRIC_graph_cache_bytes, -(int64_t)graph->net->bytes);
    net_free(graph->net);
    free(graph);
}

static void
slot_drop(struct cache *cache, struct slot *slot)
{
    graph_drop(cache, slot->graph);
    slot->graph = NULL;
}

void
cache_free(struct cache *cache)
{
    if (cache == NULL)
        return;
    for (size_t i = 0; i < SLOTS; i++)
        slot_drop(cache, &cache->slots[i]);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

static bool
is_of(const struct cache_state *a, const struct cache_state *b)
{
    return a->number == b->number && strcmp(a->tenant, b->tenant) == 0;
}

bool
cache_same(const struct cache_state *a, const struct cache_state *b)
{
    return is_of(a, b) && a->writes == b->writes && a->mark == b->mark;
}

static struct slot *
slot_find(struct cache *cache, const struct cache_state *state)
{
    for (size_t i = 0; i < SLOTS; i++)
        if (is_of(&cache->slots[i].state, state))
            return &cache->slots[i];
    return NULL;
}

/* A free one, or else that which was not used for longest; NULL: all are being read. */
static struct slot *
slot_room(struct cache *cache)
{
    struct slot *oldest = NULL;

    for (size_t i = 0; i < SLOTS; i++) {
        struct slot *slot = &cache->slots[i];

        if (!slot->reading && (oldest == NULL || slot->used < oldest->used))
            oldest = slot;
    }
    if (oldest != NULL)
        slot_drop(cache, oldest);
    return oldest;
}

static struct slot *
slot_of(struct cache *cache, const struct cache_state *state)
{
    struct slot *slot = slot_find(cache, state);

    if (slot == NULL && (slot = slot_room(cache)) != NULL)
        *slot = (struct slot){.state = *state};
    return slot;
}

/* A graph that nobody will ask for any more.  One that is newer than what was seen stays: a
   search that began earlier may still come. */
static void
drop_past(struct cache *cache, struct slot *slot, const struct cache_state *seen)
{
    bool is_past = slot->graph != NULL &&
                   (seen->writes > slot->kept.writes ||
                    (seen->writes == slot->kept.writes && seen->mark != slot->kept.mark) ||
                    seen->moment >= slot->graph->until);

    if (is_past)
        slot_drop(cache, slot);
}

struct cache_graph *
cache_find(struct cache *cache, const struct cache_state *state)
{
    struct cache_graph *graph = NULL;
    struct slot *slot;

    pthread_mutex_lock(&cache->lock);
    slot = slot_find(cache, state);
    if (slot != NULL) {
        slot->used = clock_us();
        drop_past(cache, slot, state);
        if (slot->graph != NULL && cache_same(&slot->kept, state)) {
            graph = slot->graph;
            graph->users++;
        }
    }
    pthread_mutex_unlock(&cache->lock);
    return graph;
}

const struct net *
cache_net(const struct cache_graph *graph)
{
    return graph->net;
}

void
cache_leave(struct cache *cache, struct cache_graph *graph)
{
    pthread_mutex_lock(&cache->lock);
    graph_drop(cache, graph);
    pthread_mutex_unlock(&cache->lock);
}

/* A graph in another state is none: the database may have gone back to an older one. */
static bool
is_worth_it(const struct slot *slot, int64_t now)
{
    bool is_there = slot->graph != NULL && cache_same(&slot->kept, &slot->state);

    return !slot->reading && !is_there && slot->searches >= SEARCHES &&
           slot->spent >= slot->cost && now >= slot->refused;
}

bool
cache_spent(struct cache *cache, const struct cache_state *state, int64_t us)
{
    int64_t now = clock_us();
    struct slot *slot;
    bool worth = false;

    pthread_mutex_lock(&cache->lock);
    slot = slot_of(cache, state);
    if (slot != NULL) {
        if (!cache_same(&slot->state, state) || now - slot->used > FORGET_US)
            slot->searches = slot->spent = 0;
        slot->state = *state;
        slot->used = now;
        slot->searches++;
        slot->spent += us;
        worth = is_worth_it(slot, now);
        slot->reading = slot->reading || worth;
    }
    pthread_mutex_unlock(&cache->lock);
    return worth;
}

/* What is thrown out may still be looked at, and takes its room until then. */
static bool
make_room(struct cache *cache, size_t bytes)
{
    while (cache->bytes + bytes > cache->most) {
        struct slot *oldest = NULL;

        for (size_t i = 0; i < SLOTS; i++) {
            struct slot *slot = &cache->slots[i];

            if (slot->graph != NULL && (oldest == NULL || slot->used < oldest->used))
                oldest = slot;
        }
        if (oldest == NULL)
            return false;
        slot_drop(cache, oldest);
    }
    return true;
}

/* What is being read is not given away: it is there. */
static struct slot *
slot_ends(struct cache *cache, const struct cache_state *state, int64_t us)
{
    struct slot *slot = slot_find(cache, state);

    assert(slot != NULL && slot->reading);
    slot->reading = false;
    slot->searches = slot->spent = 0;
    slot->cost = us;
    return slot;
}

bool
cache_put(struct cache *cache, const struct cache_state *state, struct net *net, int64_t until,
          int64_t us)
{
    struct slot *slot;
    bool room;

    pthread_mutex_lock(&cache->lock);
    slot = slot_ends(cache, state, us);
    slot_drop(cache, slot);
    if (net->bytes > cache->most)
        slot->refused = clock_us() + TOO_LARGE_US;
    room = net->bytes <= cache->most && make_room(cache, net->bytes);
    if (room) {
        slot->graph = calloc(1, sizeof *slot->graph);
        if (slot->graph == NULL)
            abort();
        *slot->graph = (struct cache_graph){.net = net, .users = 1, .until = until};
        slot->kept = *state;
        cache->bytes += net->bytes;
        metric_add(METRIC_graph_cache_bytes, (int64_t)net->bytes);
    } else {
        net_free(net);
    }
    pthread_mutex_unlock(&cache->lock);
    return room;
}

void
cache_not(struct cache *cache, const struct cache_state *state, int64_t us, bool too_large)
{
    struct slot *slot;

    pthread_mutex_lock(&cache->lock);
    slot = slot_ends(cache, state, us);
    if (too_large)
        slot->refused = clock_us() + TOO_LARGE_US;
    pthread_mutex_unlock(&cache->lock);
}

size_t
cache_most(const struct cache *cache)
{
    return cache->most;
}

size_t
cache_bytes(struct cache *cache)
{
    size_t bytes;

    pthread_mutex_lock(&cache->lock);
    bytes = cache->bytes;
    pthread_mutex_unlock(&cache->lock);
    return bytes;
}
