/*
 * ways: the best ends are those of a full sort, and each way is a shortest one.
 */
#include "graph/ways.h"

#include "exact_rank.h"
#include "suite.h"

#include <stdbool.h>

static struct arena *arena;

/* Steps from the seeds to every node by going over everything; 0: a seed, -1: out of reach. */
static int *
distances(const struct push_graph *graph, const struct push_seed *seeds, size_t count)
{
    int *far = arena_take(arena, (graph->nodes + 1) * sizeof *far);
    bool more = true;

    memset(far, 0xff, graph->nodes * sizeof *far);
    for (size_t i = 0; i < count; i++)
        far[seeds[i].node] = 0;
    for (int step = 0; more; step++) {
        more = false;
        for (uint32_t u = 0; u < graph->nodes; u++)
            for (uint32_t i = graph->first[u]; far[u] == step && i < graph->first[u + 1]; i++)
                if (far[graph->to[i]] < 0) {
                    far[graph->to[i]] = step + 1;
                    more = true;
                }
    }
    return far;
}

static bool
is_edge(const struct push_graph *graph, uint32_t a, uint32_t b)
{
    for (uint32_t i = graph->first[a]; i < graph->first[a + 1]; i++)
        if (graph->to[i] == b)
            return true;
    return false;
}

/* Each node of a way is one step further than the one before, and no other neighbour of it that
   is so near brings more. */
static bool
is_way(const struct ways *ways, const int *far, const uint32_t *path, size_t length,
       uint32_t end)
{
    const struct push_graph *graph = ways->graph;

    if ((int)length != far[end])
        return false;
    for (size_t i = 0; i < length; i++) {
        uint32_t next = i + 1 < length ? path[i + 1] : end;
        double comes = ways->rank[path[i]] / push_degree(graph, path[i]);

        if (far[path[i]] != (int)i || !is_edge(graph, path[i], next))
            return false;
        for (uint32_t u = 0; u < graph->nodes; u++)
            if (far[u] == (int)i && is_edge(graph, u, next) &&
                ways->rank[u] / push_degree(graph, u) > comes)
                return false;
    }
    return true;
}

static bool
are_best(const struct ways *ways, const struct ways_end *ends, size_t count, size_t most)
{
    const uint32_t *order = exact_best(arena, ways->rank, ways->graph->nodes);
    size_t kept = 0;

    for (uint32_t i = 0; i < ways->graph->nodes && kept < most; i++) {
        if (order[i] < ways->from || ways->rank[order[i]] <= 0)
            continue;
        if (kept == count || ends[kept].node != order[i])
            return false;
        kept++;
    }
    return kept == count;
}

static void
any_graph(void)
{
    uint64_t state = 5;

    for (int round = 0; round < 300; round++) {
        uint32_t nodes = 2 * (2 + (uint32_t)(exact_next(&state) % 60));
        size_t edges = exact_next(&state) % 200, seeded = exact_next(&state) % 4, count;
        size_t most = exact_next(&state) % 30;
        struct push_seed seeds[4];
        struct push_graph graph;
        struct ways_end *ends;
        struct ways ways;
        const int *far;
        uint32_t *path;

        arena = arena_new(65536);
        push_build(&graph, arena, arena, nodes, exact_made(arena, nodes, edges, &state), edges);
        for (size_t i = 0; i < seeded; i++)
            seeds[i] = (struct push_seed){(uint32_t)(exact_next(&state) % nodes),
                                          0.1 + exact_share(&state)};
        far = distances(&graph, seeds, seeded);
        ways_start(&ways, arena, &graph, nodes / 3);
        ways_walk(&ways, seeds, seeded);
        ends = ways_best(&ways, most, &count);
        CU_ASSERT_TRUE(are_best(&ways, ends, count, most));
        ways_trace(&ways, ends, count);
        for (size_t i = 0; i < count; i++) {
            size_t length = ways_path(&ways, ends[i].node, &path);

            CU_ASSERT_TRUE(is_way(&ways, far, path, length, ends[i].node));
        }
        arena_free(arena);
    }
}

/* A row of ten: what is far needs every step. */
static void
a_long_way(void)
{
    static const struct push_edge row[] = {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5},
                                           {5, 6}, {6, 7}, {7, 8}, {8, 9}};
    static const struct push_seed seed = {0, 1};
    struct push_graph graph;
    struct ways_end *ends;
    struct ways ways;
    uint32_t *path;
    size_t count;

    arena = arena_new(4096);
    push_build(&graph, arena, arena, 10, row, 9);
    ways_start(&ways, arena, &graph, 9);
    ways_walk(&ways, &seed, 1);
    ends = ways_best(&ways, 5, &count);
    CU_ASSERT_EQUAL(count, 1);
    ways_trace(&ways, ends, count);
    CU_ASSERT_EQUAL(ways_path(&ways, 9, &path), 9);
    for (uint32_t i = 0; i < 9; i++)
        CU_ASSERT_EQUAL(path[i], i);
    arena_free(arena);
}

SUITE("ways", {"the best ends and shortest ways of any graph", any_graph},
      {"a long way is told whole", a_long_way});
