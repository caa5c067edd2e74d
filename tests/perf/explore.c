/*
 * explore: forward push beside power iteration on a made graph of 100,000 nodes and a million
 * edges.
 *
 * Usage: explore [QUERIES]   prints one line a figure; fails above 5 ms (p99) or below
 * .9 of the best fifty.
 */
#include "graph/push.h"

#include "../unit/exact_rank.h"
#include <stdio.h>
#include <time.h>

#define NODES 100000
#define EDGES 1000000
#define SEEDS 30
#define EXACT 10 /* queries that are also done by power iteration */

static int
compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static void
seeds_make(struct push_seed *seeds, uint64_t *state)
{
    for (size_t i = 0; i < SEEDS; i++)
        seeds[i] = (struct push_seed){(uint32_t)(exact_next(state) % (NODES / 2)), 1};
}

/* Of this thread alone: what else the machine does would be measured otherwise. */
static int64_t
cpu_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static double
ms_since(int64_t began)
{
    return (double)(cpu_ns() - began) / 1e6;
}

/* Time and agreement of both on the same queries. */
static void
hold_against(const struct push_graph *graph, uint64_t *state, double *ratio_out,
             double *overlap_out)
{
    double pushed = 0, iterated = 0;

    *overlap_out = 0;
    for (int i = 0; i < EXACT; i++) {
        struct arena *arena = arena_new(1 << 20);
        struct push_seed seeds[SEEDS];
        double *rank, *exact;
        int64_t began;

        seeds_make(seeds, state);
        began = cpu_ns();
        rank = push_rank(graph, arena, seeds, SEEDS, PUSH_ALPHA, PUSH_EPS);
        pushed += ms_since(began);
        began = cpu_ns();
        exact = exact_rank(graph, arena, seeds, SEEDS, PUSH_ALPHA);
        iterated += ms_since(began);
        *overlap_out += exact_overlap(arena, rank, exact, NODES, 50) / EXACT;
        arena_free(arena);
    }
    *ratio_out = iterated / pushed;
}

int
main(int argc, char **argv)
{
    int queries = argc > 1 ? atoi(argv[1]) : 500;
    struct arena *lasting = arena_new(1 << 20);
    double *times = arena_take(lasting, ((size_t)queries + 1) * sizeof *times);
    double ratio, overlap, late;
    uint64_t state = 1;
    struct push_edge *edges = exact_made(lasting, NODES, EDGES, &state);
    struct push_graph graph;
    int64_t began = cpu_ns();

    push_build(&graph, lasting, NODES, edges, EDGES);
    printf("rows of %d nodes, %d edges (%u kept both ways): %.0f ms\n", NODES, EDGES,
           graph.first[NODES], ms_since(began));
    for (int i = 0; i < queries; i++) {
        struct arena *arena = arena_new(1 << 20);
        struct push_seed seeds[SEEDS];

        seeds_make(seeds, &state);
        began = cpu_ns();
        push_rank(&graph, arena, seeds, SEEDS, PUSH_ALPHA, PUSH_EPS);
        times[i] = ms_since(began);
        arena_free(arena);
    }
    qsort(times, (size_t)queries, sizeof *times, compare);
    late = times[queries * 99 / 100];
    printf("push, %d seeds, processor time: p50 %.2f ms, p99 %.2f ms\n", SEEDS,
           times[queries / 2], late);
    hold_against(&graph, &state, &ratio, &overlap);
    printf("power iteration takes %.0f times as long; of its best 50 push has %.3f\n", ratio,
           overlap);
    arena_free(lasting);
    return late <= 5 && overlap >= 0.9 ? EXIT_SUCCESS : EXIT_FAILURE;
}
