/*
 * net: rows as Postgres tells them become one graph, in whatever order and how often they come.
 */
#include "graph/net.h"

#include "suite.h"

#include <string.h>

static struct arena *arena;

/* Numbers as 8 bytes each, big-endian. */
static struct str
numbers(const int64_t *list, size_t count)
{
    struct buf buf;

    buf_start(&buf, arena, 8 * count + 1);
    for (size_t i = 0; i < count; i++)
        buf_be64(&buf, (uint64_t)list[i]);
    return (struct str){buf.data, buf.len};
}

static bool
is_row(const struct net *net, uint32_t node, const uint32_t *wanted, size_t count)
{
    const struct push_graph *graph = &net->graph;

    return push_degree(graph, node) == count &&
           memcmp(graph->to + graph->first[node], wanted, count * sizeof *wanted) == 0;
}

/* bo: 7, 300; ada: 7, and again 7, -5; joined by a relation; a third that is no entity. */
static void
draft(struct net_draft *draft)
{
    static const int64_t bo[] = {7, 300}, ada[] = {7}, again[] = {7, -5};

    net_draft_start(draft, arena);
    net_draft_entity(draft, STR("bo"), numbers(bo, 2));
    net_draft_entity(draft, STR("ada"), numbers(ada, 1));
    net_draft_entity(draft, STR("ada"), numbers(again, 2));
    net_draft_entity(draft, STR("adam"), STR(""));
    net_draft_relation(draft, STR("bo"), STR("ada"));
    net_draft_relation(draft, STR("bo"), STR("cy"));
    net_draft_relation(draft, STR("ada"), STR("bo"));
}

static void
check(const struct net *net)
{
    /* nodes: 0 ada, 1 adam, 2 bo, then records 3: -5, 4: 7, 5: 300 */
    CU_ASSERT_EQUAL(net->entities, 3);
    CU_ASSERT_EQUAL(net->records, 3);
    CU_ASSERT_TRUE(is_row(net, 0, (uint32_t[]){2, 3, 4}, 3));
    CU_ASSERT_EQUAL(push_degree(&net->graph, 1), 0);
    CU_ASSERT_TRUE(is_row(net, 2, (uint32_t[]){0, 4, 5}, 3));
    CU_ASSERT_TRUE(is_row(net, 3, (uint32_t[]){0}, 1));
    CU_ASSERT_TRUE(is_row(net, 4, (uint32_t[]){0, 2}, 2));
    CU_ASSERT_TRUE(is_row(net, 5, (uint32_t[]){2}, 1));
    CU_ASSERT_EQUAL(net_entity(net, STR("ada")), 0);
    CU_ASSERT_EQUAL(net_entity(net, STR("adam")), 1);
    CU_ASSERT_EQUAL(net_entity(net, STR("bo")), 2);
    CU_ASSERT_EQUAL(net_entity(net, STR("cy")), NET_NOBODY);
    CU_ASSERT_EQUAL(net_entity(net, STR("")), NET_NOBODY);
    CU_ASSERT_EQUAL(net_entity(net, (struct str){NULL, 0}), NET_NOBODY);
    CU_ASSERT_EQUAL(net_record(net, -5), 3);
    CU_ASSERT_EQUAL(net_record(net, 300), 5);
    CU_ASSERT_EQUAL(net_record(net, 8), NET_NOBODY);
    CU_ASSERT_TRUE(str_is(net_name(net, 1), "adam"));
    CU_ASSERT_EQUAL(net_seq(net, 4), 7);
}

static void
rows_become_one_graph(void)
{
    struct net_draft made;

    arena = arena_new(4096);
    draft(&made);
    check(net_make(&made, arena));
    arena_free(arena);
}

static void
a_net_of_its_own_outlives_its_draft(void)
{
    struct net_draft made;
    struct net *net;

    arena = arena_new(4096);
    draft(&made);
    net = net_make(&made, NULL);
    CU_ASSERT_TRUE(net_draft_bytes(&made) < net->bytes);
    arena_free(arena);
    check(net);
    net_free(net);
    net_free(NULL);
}

static void
its_size_is_what_it_takes(void)
{
    int64_t list[1000];
    struct net_draft made;
    struct net *net;

    arena = arena_new(4096);
    net_draft_start(&made, arena);
    for (int64_t i = 0; i < 1000; i++)
        list[i] = i;
    for (int i = 0; i < 100; i++)
        net_draft_entity(&made, str_of(str_format(arena, "name %d", i)), numbers(list, 1000));
    net = net_make(&made, NULL);
    CU_ASSERT_EQUAL(net->graph.first[net->graph.nodes], 200000);
    CU_ASSERT_TRUE(arena_used(net->own) <= net->bytes);
    CU_ASSERT_TRUE(net->bytes < 200000 * 4 + 1000 * 12 + 100 * 24 + 1000);
    net_free(net);
    arena_free(arena);
}

static void
nothing_is_a_graph_too(void)
{
    struct net_draft made;
    struct net *net;

    arena = arena_new(4096);
    net_draft_start(&made, arena);
    net = net_make(&made, arena);
    CU_ASSERT_EQUAL(net->graph.nodes, 0);
    CU_ASSERT_EQUAL(net_entity(net, STR("a")), NET_NOBODY);
    CU_ASSERT_EQUAL(net_record(net, 1), NET_NOBODY);
    arena_free(arena);
}

SUITE("net", {"rows become one graph", rows_become_one_graph},
      {"a net of its own outlives its draft", a_net_of_its_own_outlives_its_draft},
      {"its size is what it takes", its_size_is_what_it_takes},
      {"nothing is a graph too", nothing_is_a_graph_too});
