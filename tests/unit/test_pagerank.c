/*
 * pagerank: ranks by forward push are those of power iteration within their bound, on any
 * graph.
 */
#include "graph/push.h"

#include "exact_rank.h"
#include "suite.h"

#include <stdbool.h>

static struct arena *arena;

static struct push_graph
built(uint32_t nodes, const struct push_edge *edges, size_t count)
{
    struct push_graph graph;

    push_build(&graph, arena, arena, nodes, edges, count);
    return graph;
}

/* p is nowhere above the exact rank and below it by eps * degree at most (and a node that keeps
   its walks has nothing left over). */
static bool
within_bound(const struct push_graph *graph, const double *rank, const double *exact,
             double eps)
{
    double sum = 0;

    for (uint32_t u = 0; u < graph->nodes; u++) {
        sum += rank[u];
        if (rank[u] > exact[u] + 1e-10 ||
            rank[u] < exact[u] - eps * push_degree(graph, u) - 1e-10)
            return false;
    }
    return sum <= 1 + 1e-10;
}

static void
rows_are_ascending_and_without_doubles(void)
{
    static const struct push_edge edges[] = {{2, 0}, {0, 2}, {1, 1}, {0, 1}, {2, 0}};
    struct push_graph graph;

    arena = arena_new(4096);
    graph = built(4, edges, 5);
    CU_ASSERT_EQUAL(push_degree(&graph, 0), 2);
    CU_ASSERT_EQUAL(push_degree(&graph, 1), 1);
    CU_ASSERT_EQUAL(push_degree(&graph, 2), 1);
    CU_ASSERT_EQUAL(push_degree(&graph, 3), 0);
    CU_ASSERT_EQUAL(graph.to[0], 1);
    CU_ASSERT_EQUAL(graph.to[1], 2);
    arena_free(arena);
}

static void
small_graphs_have_known_ranks(void)
{
    static const struct push_edge pair[] = {{0, 1}}, loop[] = {{0, 0}};
    static const struct push_seed seed[] = {{0, 3}};
    struct push_graph graph;
    double *rank;

    arena = arena_new(4096);
    graph = built(2, pair, 1); /* .5 + .125 + ... = 2/3, .25 + .0625 + ... = 1/3 */
    rank = push_rank(&graph, arena, seed, 1, 0.5, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(rank[0], 2.0 / 3, 1e-8);
    CU_ASSERT_DOUBLE_EQUAL(rank[1], 1.0 / 3, 1e-8);
    graph = built(2, loop, 1);
    rank = push_rank(&graph, arena, seed, 1, 0.5, 1e-9);
    CU_ASSERT_EQUAL(rank[0], 1);
    CU_ASSERT_EQUAL(rank[1], 0);
    graph = built(3, NULL, 0);
    rank = push_rank(&graph, arena, seed, 0, 0.5, 1e-9);
    CU_ASSERT_EQUAL(rank[0] + rank[1] + rank[2], 0);
    arena_free(arena);
}

/* Odd graphs: nothing, stars, loops, doubles, parts that hang together with nothing. */
static struct push_edge *
odd(uint64_t *state, uint32_t nodes, size_t count)
{
    struct push_edge *edges = arena_take(arena, (count + 1) * sizeof *edges);
    uint64_t kind = exact_next(state) % 4;

    for (size_t i = 0; i < count; i++) {
        uint32_t a = (uint32_t)(exact_next(state) % nodes);
        uint32_t b = (uint32_t)(exact_next(state) % nodes);

        if (kind == 0)
            a = 0;
        if (kind == 1 && i % 3 == 0)
            b = a;
        if (kind == 2 && i > 0 && i % 2 == 0)
            a = edges[i - 1].b, b = edges[i - 1].a;
        edges[i] = (struct push_edge){a, b};
    }
    return edges;
}

static void
any_graph_is_within_the_bound(void)
{
    uint64_t state = 42;

    for (int round = 0; round < 400; round++) {
        uint32_t nodes = 1 + (uint32_t)(exact_next(&state) % 40);
        size_t count = exact_next(&state) % 80, seeded = 1 + exact_next(&state) % 4;
        double alpha = round % 2 == 0 ? 0.5 : 0.15, eps = round % 3 == 0 ? 1e-2 : 1e-7;
        struct push_seed seeds[4];
        struct push_graph graph;

        arena = arena_new(65536);
        graph = built(nodes, odd(&state, nodes, count), count);
        for (size_t i = 0; i < seeded; i++)
            seeds[i] = (struct push_seed){(uint32_t)(exact_next(&state) % nodes),
                                          0.1 + exact_share(&state)};
        CU_ASSERT(within_bound(&graph, push_rank(&graph, arena, seeds, seeded, alpha, eps),
                               exact_rank(&graph, arena, seeds, seeded, alpha), eps));
        arena_free(arena);
    }
}

static void
the_best_fifty_are_the_best_fifty(void)
{
    uint64_t state = 7;
    struct push_graph graph;
    double overlap = 0;

    arena = arena_new(1 << 20);
    graph = built(4000, exact_made(arena, 4000, 40000, &state), 40000);
    for (int round = 0; round < 10; round++) {
        struct push_seed seeds[30];

        for (size_t i = 0; i < 30; i++)
            seeds[i] = (struct push_seed){(uint32_t)(exact_next(&state) % 2000), 1};
        overlap +=
            exact_overlap(arena, push_rank(&graph, arena, seeds, 30, PUSH_ALPHA, PUSH_EPS),
                          exact_rank(&graph, arena, seeds, 30, PUSH_ALPHA), graph.nodes, 50);
    }
    CU_ASSERT(overlap / 10 >= 0.9);
    arena_free(arena);
}

static void
the_order_of_edges_changes_nothing(void)
{
    uint64_t state = 9;
    static const struct push_seed seeds[] = {{1, 1}, {5, 0.5}, {1, 2}};
    struct push_edge *edges, *turned;
    struct push_graph graph, other;
    const double *one, *two;

    arena = arena_new(1 << 16);
    edges = exact_made(arena, 200, 1000, &state);
    turned = arena_take(arena, 1000 * sizeof *turned);
    for (size_t i = 0; i < 1000; i++)
        turned[i] = (struct push_edge){edges[999 - i].b, edges[999 - i].a};
    graph = built(200, edges, 1000);
    other = built(200, turned, 1000);
    one = push_rank(&graph, arena, seeds, 3, 0.5, 1e-6);
    two = push_rank(&other, arena, seeds, 3, 0.5, 1e-6);
    for (uint32_t u = 0; u < 200; u++)
        CU_ASSERT_EQUAL(one[u], two[u]);
    arena_free(arena);
}

SUITE("pagerank",
      {"rows are ascending and without doubles", rows_are_ascending_and_without_doubles},
      {"small graphs have known ranks", small_graphs_have_known_ranks},
      {"any graph is within the bound", any_graph_is_within_the_bound},
      {"the best fifty are the best fifty", the_best_fifty_are_the_best_fifty},
      {"the order of edges changes nothing", the_order_of_edges_changes_nothing});
