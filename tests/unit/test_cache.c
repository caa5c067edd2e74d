/*
 * cache: a graph is given out for its own state alone, and all together take no more than they
 * may.
 */
#include "graph/fill.h"

#include "suite.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define FOREVER INT64_MAX
#define THREADS 4
#define ROUNDS  3000

static const struct cache_state first = {
    .tenant = "00000000-0000-4000-8000-00000000000a", .number = 1, .writes = 3, .mark = 9};

/* One entity, and so many records that speak of it. */
static struct net *
net_of(size_t records)
{
    struct arena *arena = arena_new(4096);
    struct net_draft draft;
    struct net *net;
    struct buf buf;

    buf_start(&buf, arena, 8 * records + 1);
    for (size_t i = 0; i < records; i++)
        buf_be64(&buf, i);
    net_draft_start(&draft, arena);
    net_draft_entity(&draft, STR("e"), (struct str){buf.data, buf.len});
    net = net_make(&draft, NULL);
    arena_free(arena);
    return net;
}

/* Two searches without a graph: the second asks for it to be read. */
static bool
asked(struct cache *cache, const struct cache_state *state, int64_t us)
{
    CU_ASSERT_FALSE(cache_spent(cache, state, us));
    return cache_spent(cache, state, us);
}

static bool
has(struct cache *cache, const struct cache_state *state)
{
    struct cache_graph *graph = cache_find(cache, state);

    if (graph != NULL)
        cache_leave(cache, graph);
    return graph != NULL;
}

static void
its_own_state_alone(void)
{
    struct cache *cache = cache_new(1 << 20);
    struct cache_state other;

    CU_ASSERT_FALSE(has(cache, &first));
    CU_ASSERT_TRUE(asked(cache, &first, 10));
    CU_ASSERT_TRUE(cache_put(cache, &first, net_of(5), FOREVER, 10));
    CU_ASSERT_TRUE(has(cache, &first));
    other = first;
    other.tenant[35] = 'b';
    CU_ASSERT_FALSE(has(cache, &other));
    other = first;
    other.number = 2;
    CU_ASSERT_FALSE(has(cache, &other));
    other = first;
    other.writes = 2; /* a search that began earlier takes nothing away */
    CU_ASSERT_FALSE(has(cache, &other));
    CU_ASSERT_TRUE(has(cache, &first));
    other.writes = 4;
    CU_ASSERT_FALSE(has(cache, &other));
    CU_ASSERT_FALSE(has(cache, &first));
    CU_ASSERT_EQUAL(cache_bytes(cache), 0);
    cache_free(cache);
}

/* As many writes, but others: the database went back to a backup. */
static void
another_past(void)
{
    struct cache *cache = cache_new(1 << 20);
    struct cache_state other = first, earlier = first;

    CU_ASSERT_TRUE(asked(cache, &first, 10));
    CU_ASSERT_TRUE(cache_put(cache, &first, net_of(5), FOREVER, 0));
    earlier.writes = 1;
    CU_ASSERT_TRUE(asked(cache, &earlier, 10));
    cache_not(cache, &earlier, 0, false);
    CU_ASSERT_TRUE(has(cache, &first));
    other.mark = 8;
    CU_ASSERT_FALSE(has(cache, &other));
    CU_ASSERT_FALSE(has(cache, &first));
    cache_free(cache);
}

static void
until_its_time(void)
{
    struct cache *cache = cache_new(1 << 20);
    struct cache_state later = first;

    CU_ASSERT_TRUE(asked(cache, &first, 10));
    CU_ASSERT_TRUE(cache_put(cache, &first, net_of(5), 1000, 10));
    later.moment = 999;
    CU_ASSERT_TRUE(has(cache, &later));
    later.moment = 1000;
    CU_ASSERT_FALSE(has(cache, &later));
    later.moment = 999;
    CU_ASSERT_FALSE(has(cache, &later));
    cache_free(cache);
}

static void
when_it_pays(void)
{
    struct cache *cache = cache_new(1 << 20);
    struct cache_state next = first;

    for (long i = 0; i < 20; i++) { /* a write between two searches, always */
        next.writes++;
        CU_ASSERT_FALSE(cache_spent(cache, &next, 1000));
    }
    CU_ASSERT_TRUE(cache_spent(cache, &next, 1000));
    CU_ASSERT_FALSE(cache_spent(cache, &next, 1000)); /* it is being read */
    cache_not(cache, &next, 5000, false);
    for (int i = 0; i < 4; i++)
        CU_ASSERT_FALSE(cache_spent(cache, &next, 1000));
    CU_ASSERT_TRUE(cache_spent(cache, &next, 1000)); /* reading it took as long as that */
    cache_not(cache, &next, 0, true);
    for (int i = 0; i < 9; i++)
        CU_ASSERT_FALSE(cache_spent(cache, &next, 1000));
    cache_free(cache);
}

static size_t
size_of(size_t records)
{
    struct net *net = net_of(records);
    size_t bytes = net->bytes;

    net_free(net);
    return bytes;
}

/* Of the collection of that number, with a thousand records. */
static void
put(struct cache *cache, long number)
{
    struct cache_state state = first;

    state.number = number;
    CU_ASSERT_TRUE(asked(cache, &state, 10));
    usleep(2);
    CU_ASSERT_TRUE(cache_put(cache, &state, net_of(1000), FOREVER, 10));
}

static bool
has_number(struct cache *cache, long number)
{
    struct cache_state state = first;

    state.number = number;
    return has(cache, &state);
}

static void
least_used_go(void)
{
    size_t one = size_of(1000);
    struct cache *cache = cache_new(3 * one);

    for (long number = 1; number <= 3; number++)
        put(cache, number);
    CU_ASSERT_EQUAL(cache_bytes(cache), 3 * one);
    CU_ASSERT_TRUE(has_number(cache, 1));
    put(cache, 4);
    CU_ASSERT_EQUAL(cache_bytes(cache), 3 * one);
    CU_ASSERT_TRUE(has_number(cache, 1) && !has_number(cache, 2));
    CU_ASSERT_TRUE(has_number(cache, 3) && has_number(cache, 4));
    cache_free(cache);
}

/* What is looked at takes its room until it is left, and stays readable. */
static void
looked_at_stays(void)
{
    size_t one = size_of(1000);
    struct cache *cache = cache_new(3 * one);
    struct cache_state other = first;
    struct cache_graph *held;

    put(cache, 1);
    held = cache_find(cache, &first);
    CU_ASSERT_PTR_NOT_NULL(held);
    other.number = 2;
    CU_ASSERT_TRUE(asked(cache, &other, 10));
    CU_ASSERT_FALSE(cache_put(cache, &other, net_of(2500), FOREVER, 10));
    CU_ASSERT_EQUAL(cache_bytes(cache), one);
    CU_ASSERT_FALSE(has_number(cache, 1));
    CU_ASSERT_EQUAL(net_record(cache_net(held), 999), 1000);
    cache_leave(cache, held);
    CU_ASSERT_EQUAL(cache_bytes(cache), 0);
    cache_free(cache);
}

static void
many_collections(void)
{
    struct cache *cache = cache_new(1 << 20);
    struct cache_state state = first;

    for (state.number = 1; state.number < 1000; state.number++)
        CU_ASSERT_FALSE(cache_spent(cache, &state, 1));
    state.number = 999;
    CU_ASSERT_TRUE(cache_spent(cache, &state, 1));
    for (state.number = 1; state.number < 1000; state.number++)
        (void)cache_spent(cache, &state, 1); /* none takes the place of what is being read */
    state.number = 999;
    CU_ASSERT_TRUE(cache_put(cache, &state, net_of(1), FOREVER, 1));
    cache_free(cache);
}

/* Finds, reads, throws out and puts, all at once; the writes go on. */
static void *
mixed(void *argument)
{
    struct cache *cache = argument;
    struct cache_state state = first;

    for (long i = 0; i < ROUNDS; i++) {
        struct cache_graph *graph;

        state.number = 1 + i % 5;
        state.writes = i / 300;
        graph = cache_find(cache, &state);
        if (graph != NULL) {
            CU_ASSERT_EQUAL(net_record(cache_net(graph), state.writes), state.writes + 1);
            cache_leave(cache, graph);
        } else if (cache_spent(cache, &state, 100) && i % 7 != 0) {
            (void)cache_put(cache, &state, net_of((size_t)state.writes + 1), FOREVER, 1);
        } else {
            continue;
        }
    }
    return NULL;
}

static void
at_once(void)
{
    struct cache *cache = cache_new(4000);
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        CU_ASSERT_EQUAL(pthread_create(&threads[i], NULL, mixed, cache), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    CU_ASSERT_TRUE(cache_bytes(cache) <= 4000);
    cache_free(cache);
}

static void
postgres_is_away(void)
{
    static const struct claims who = {.kind = CLAIMS_OPEN, .tenant = "t", .scope = "read"},
                               task = {.kind = CLAIMS_TASK, .task = "t", .lease = "l"};
    struct fill *fill = fill_new("host=/nonexistent", 1);
    bool again = false;

    CU_ASSERT_PTR_NULL(fill_new("host=/nonexistent", 0));
    CU_ASSERT_TRUE(asked(fill_cache(fill), &first, 1 << 30));
    fill_ask(fill, &who, STR("d"), STR("c"), &first);
    for (int i = 0; i < 5000 && !again; i++) {
        usleep(1000);
        again = cache_spent(fill_cache(fill), &first, 1 << 30);
    }
    CU_ASSERT_TRUE(again); /* the first attempt ended, and another may be made */
    fill_ask(fill, &task, STR("d"), STR("c"), &first);
    CU_ASSERT_FALSE(cache_spent(fill_cache(fill), &first, 1));
    CU_ASSERT_TRUE(cache_spent(fill_cache(fill), &first, 1 << 30));
    fill_ask(fill, &who, STR("d"), STR("c"), &first); /* and perhaps waits when the end comes */
    fill_free(fill);
}

SUITE("cache", {"a graph is for its own state alone", its_own_state_alone},
      {"a database that went back has another state", another_past},
      {"a graph holds until something ends", until_its_time},
      {"a graph is read when that pays", when_it_pays},
      {"the least recently used go, and the bytes are kept to", least_used_go},
      {"what is looked at stays until it is left", looked_at_stays},
      {"of many collections those that are read stay", many_collections},
      {"threads find, put and leave at once", at_once},
      {"what cannot be read may be asked for again", postgres_is_away});
