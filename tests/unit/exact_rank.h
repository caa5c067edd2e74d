/*
 * exact_rank: personalised PageRank by power iteration, to hold forward push against, and made
 * graphs to do so on.
 */
#ifndef TESTS_EXACT_RANK_H
#define TESTS_EXACT_RANK_H

#include "graph/push.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* p = alpha s + (1 - alpha) P'p, until what is left to come is below 1e-12. */
static inline double *
exact_rank(const struct push_graph *graph, struct arena *arena, const struct push_seed *seeds,
           size_t count, double alpha)
{
    size_t size = graph->nodes * sizeof(double);
    double *rank = arena_take(arena, size + 1), *walk = arena_take(arena, size + 1);
    double *next = arena_take(arena, size + 1), sum = 0, left = 1;

    for (size_t i = 0; i < count; i++)
        sum += seeds[i].weight;
    for (size_t i = 0; i < count; i++)
        walk[seeds[i].node] += seeds[i].weight / sum;
    for (; left > 1e-12; left *= 1 - alpha) {
        memset(next, 0, size);
        for (uint32_t u = 0; u < graph->nodes; u++) {
            uint32_t degree = push_degree(graph, u);

            rank[u] += alpha * walk[u];
            if (degree == 0)
                next[u] += (1 - alpha) * walk[u];
            for (uint32_t i = graph->first[u]; degree > 0 && i < graph->first[u + 1]; i++)
                next[graph->to[i]] += (1 - alpha) * walk[u] / degree;
        }
        memcpy(walk, next, size);
    }
    return rank;
}

static const double *exact_order;

static inline int
exact_compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    if (exact_order[x] != exact_order[y])
        return exact_order[x] < exact_order[y] ? 1 : -1;
    return x < y ? -1 : x > y;
}

/* The nodes, best first. */
static inline uint32_t *
exact_best(struct arena *arena, const double *rank, uint32_t nodes)
{
    uint32_t *best = arena_take(arena, (nodes + 1) * sizeof *best);

    for (uint32_t u = 0; u < nodes; u++)
        best[u] = u;
    exact_order = rank;
    qsort(best, nodes, sizeof *best, exact_compare);
    return best;
}

/* Share of the `top` best of one among those of the other. */
static inline double
exact_overlap(struct arena *arena, const double *a, const double *b, uint32_t nodes,
              uint32_t top)
{
    const uint32_t *x = exact_best(arena, a, nodes), *y = exact_best(arena, b, nodes);
    unsigned both = 0;

    for (uint32_t i = 0; i < top; i++)
        for (uint32_t j = 0; j < top; j++)
            both += x[i] == y[j];
    return (double)both / top;
}

/* A sequence that is the same everywhere (xorshift64*). */
static inline uint64_t
exact_next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 2685821657736338717u;
}

static inline double
exact_share(uint64_t *state)
{
    return (double)(exact_next(state) >> 11) / 9007199254740992.0;
}

/* Records 0 .. nodes/2 - 1 that speak of entities nodes/2 ..; the k-th entity is drawn about
   1/k as often as the first, so that few are everywhere and most are rare. */
static inline struct push_edge *
exact_made(struct arena *arena, uint32_t nodes, size_t count, uint64_t *state)
{
    struct push_edge *edges = arena_take(arena, (count + 1) * sizeof *edges);
    uint32_t half = nodes / 2;

    for (size_t i = 0; i < count; i++)
        edges[i] = (struct push_edge){(uint32_t)(exact_share(state) * half),
                                      half + (uint32_t)(pow(half, exact_share(state)) - 1)};
    return edges;
}

#endif
