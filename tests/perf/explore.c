/*
 * explore: the walk of a search that explores, on a made graph of 100,000 nodes and a million
 * edges, beside power iteration; and power iteration by itself, for graphs from elsewhere.
 *
 * Usage: explore [QUERIES]   prints one line a figure; fails above 5 ms (p99) or below .9 of
 * the best fifty explore exact RECORDS TOP EDGES   EDGES: a file of lines "node node", records
 * being the nodes below RECORDS; for each line "node weight node weight ..." of standard input,
 * the TOP records that are reached best
 */
#include "graph/ways.h"

#include "../unit/exact_rank.h"
#include <stdio.h>
#include <time.h>

#define NODES 100000
#define HALF  (NODES / 2)
#define EDGES 1000000
#define SEEDS 30
#define BEST  50
#define EXACT 10 /* queries that are also done by power iteration */

static int
compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* Records; they stand behind the entities, as in graph/net.h. */
static void
seeds_make(struct push_seed *seeds, uint64_t *state)
{
    for (size_t i = 0; i < SEEDS; i++)
        seeds[i] = (struct push_seed){HALF + (uint32_t)(exact_next(state) % HALF), 1};
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
        *overlap_out += exact_overlap(arena, rank, exact, NODES, BEST) / EXACT;
        arena_free(arena);
    }
    *ratio_out = iterated / pushed;
}

static struct push_graph
graph_make(struct arena *arena, uint64_t *state)
{
    struct push_edge *edges = exact_made(arena, NODES, EDGES, state);
    struct push_graph graph;
    int64_t began;

    for (size_t i = 0; i < EDGES; i++)
        edges[i] = (struct push_edge){edges[i].a + HALF, edges[i].b - HALF};
    began = cpu_ns();
    push_build(&graph, arena, arena, NODES, edges, EDGES);
    printf("rows of %d nodes, %d edges (%u kept both ways): %.0f ms\n", NODES, EDGES,
           graph.first[NODES], ms_since(began));
    return graph;
}

/* All that a search does in C: the walk, its best ends, and the ways to them. */
static double
walk_once(const struct push_graph *graph, uint64_t *state, double *push_ms)
{
    struct arena *arena = arena_new(1 << 20);
    struct push_seed seeds[SEEDS];
    struct ways_end *ends;
    struct ways ways;
    uint32_t *path;
    size_t count;
    double took;
    int64_t began;

    seeds_make(seeds, state);
    began = cpu_ns();
    ways_start(&ways, arena, graph, HALF);
    ways_walk(&ways, seeds, SEEDS);
    *push_ms = ms_since(began);
    ends = ways_best(&ways, BEST, &count);
    ways_trace(&ways, ends, count);
    for (size_t i = 0; i < count; i++)
        ways_path(&ways, ends[i].node, &path);
    took = ms_since(began);
    arena_free(arena);
    return took;
}

static void
tell(const char *what, double *times, int count)
{
    qsort(times, (size_t)count, sizeof *times, compare);
    printf("%s, %d seeds, processor time: p50 %.2f ms, p99 %.2f ms\n", what, SEEDS,
           times[count / 2], times[count * 99 / 100]);
}

static int
measure(int queries)
{
    struct arena *lasting = arena_new(1 << 20);
    double *pushes = arena_take(lasting, ((size_t)queries + 1) * sizeof *pushes);
    double *times = arena_take(lasting, ((size_t)queries + 1) * sizeof *times);
    double ratio, overlap, late;
    uint64_t state = 1;
    struct push_graph graph = graph_make(lasting, &state);

    for (int i = 0; i < queries; i++)
        times[i] = walk_once(&graph, &state, &pushes[i]);
    tell("push", pushes, queries);
    tell("push, the best fifty and the ways to them", times, queries);
    late = times[queries * 99 / 100];
    hold_against(&graph, &state, &ratio, &overlap);
    printf("power iteration takes %.0f times as long as push; of its best 50 push has %.3f\n",
           ratio, overlap);
    arena_free(lasting);
    return late <= 5 && overlap >= 0.9 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static struct push_graph
graph_read(struct arena *arena, const char *path)
{
    struct push_edge *edges = NULL;
    size_t count = 0, room = 0;
    struct push_graph graph;
    uint32_t nodes = 0;
    unsigned a, b;
    FILE *file = fopen(path, "r");

    if (file == NULL)
        abort();
    while (fscanf(file, "%u %u", &a, &b) == 2) {
        if (count == room)
            edges = realloc(edges, (room = 2 * room + 1024) * sizeof *edges);
        edges[count++] = (struct push_edge){a, b};
        nodes = a >= nodes ? a + 1 : nodes;
        nodes = b >= nodes ? b + 1 : nodes;
    }
    fclose(file);
    push_build(&graph, arena, arena, nodes, edges, count);
    free(edges);
    return graph;
}

/* One line of seeds. */
static size_t
seeds_read(char *line, struct push_seed *seeds, uint32_t nodes)
{
    size_t count = 0;

    for (char *next; count < SEEDS; line = next) {
        uint32_t node = (uint32_t)strtoul(line, &next, 10);

        if (next == line || node >= nodes)
            break;
        seeds[count++] = (struct push_seed){node, strtod(next, &next)};
    }
    return count;
}

static int
answer(uint32_t records, uint32_t top, const char *path)
{
    struct arena *lasting = arena_new(1 << 20);
    struct push_graph graph = graph_read(lasting, path);
    char line[4096];

    while (fgets(line, sizeof line, stdin) != NULL) {
        struct arena *arena = arena_new(1 << 20);
        struct push_seed seeds[SEEDS];
        size_t count = seeds_read(line, seeds, graph.nodes);
        double *exact = exact_rank(&graph, arena, seeds, count, PUSH_ALPHA);
        uint32_t *best = exact_best(arena, exact, records);

        for (uint32_t i = 0; i < top; i++)
            printf("%u ", best[i]);
        printf("\n");
        arena_free(arena);
    }
    arena_free(lasting);
    return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "exact") == 0)
        return answer((uint32_t)strtoul(argv[2], NULL, 10),
                      (uint32_t)strtoul(argv[3], NULL, 10), argv[4]);
    return measure(argc > 1 ? atoi(argv[1]) : 500);
}
