/*
 * community: nodes of a weighted graph that hang together more among themselves than with
 * others.
 */
#include "graph/community.h"

#include <stdbool.h>
#include <stdlib.h>

#define LEVELS_MOST 10
#define SWEEPS_MOST 20
#define GAIN_LEAST  1e-12

/* One level: its graph as rows, and where its nodes are at present. */
struct level {
    uint32_t nodes;
    uint32_t *first, *to; /* rows, as in graph/push.h; loops stand in `loop` */
    double *weight;
    double *loop;   /* weight inside a node, twice */
    double *degree; /* of a node, with its loop */
    double total;   /* of all degrees */
    uint32_t *home; /* the community of each node */
    double *inside; /* sum of the degrees of each community */
};

static int
edge_compare(const void *a, const void *b)
{
    const struct community_edge *x = a, *y = b;

    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return (x->b > y->b) - (x->b < y->b);
}

/* Each pair once, the lower end first; returns how many are left. */
static size_t
merge(struct community_edge *edges, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (edges[i].a > edges[i].b) {
            uint32_t a = edges[i].a;

            edges[i].a = edges[i].b;
            edges[i].b = a;
        }
    qsort(edges, count, sizeof *edges, edge_compare);
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && edge_compare(&edges[kept - 1], &edges[i]) == 0)
            edges[kept - 1].weight += edges[i].weight;
        else
            edges[kept++] = edges[i];
    }
    return kept;
}

static void
row_add(struct level *level, uint32_t *at, uint32_t from, uint32_t to, double weight)
{
    level->to[at[from]] = to;
    level->weight[at[from]++] = weight;
    level->degree[from] += weight;
}

static void
rows_make(struct level *level, struct arena *arena, const struct community_edge *edges,
          size_t count)
{
    uint32_t *at = arena_take(arena, ((size_t)level->nodes + 1) * sizeof *at);

    for (size_t i = 0; i < count; i++) {
        if (edges[i].a == edges[i].b)
            continue;
        level->first[edges[i].a + 1]++;
        level->first[edges[i].b + 1]++;
    }
    for (uint32_t u = 0; u < level->nodes; u++) {
        level->first[u + 1] += level->first[u];
        at[u] = level->first[u];
    }
    for (size_t i = 0; i < count; i++) {
        if (edges[i].a == edges[i].b) {
            level->loop[edges[i].a] += 2 * edges[i].weight;
            level->degree[edges[i].a] += 2 * edges[i].weight;
            continue;
        }
        row_add(level, at, edges[i].a, edges[i].b, edges[i].weight);
        row_add(level, at, edges[i].b, edges[i].a, edges[i].weight);
    }
}

/* Every node a community of its own. */
static void
level_make(struct level *level, struct arena *arena, uint32_t nodes,
           const struct community_edge *edges, size_t count)
{
    size_t room = (size_t)nodes + 1;

    *level = (struct level){.nodes = nodes,
                            .first = arena_take(arena, room * sizeof(uint32_t)),
                            .to = arena_take(arena, (2 * count + 1) * sizeof(uint32_t)),
                            .weight = arena_take(arena, (2 * count + 1) * sizeof(double)),
                            .loop = arena_take(arena, room * sizeof(double)),
                            .degree = arena_take(arena, room * sizeof(double)),
                            .home = arena_take(arena, room * sizeof(uint32_t)),
                            .inside = arena_take(arena, room * sizeof(double))};
    rows_make(level, arena, edges, count);
    for (uint32_t u = 0; u < nodes; u++) {
        level->home[u] = u;
        level->inside[u] = level->degree[u];
        level->total += level->degree[u];
    }
}

/* Where a node gains most; `near` is scratch, all zero before and after. */
static uint32_t
best_home(const struct level *level, uint32_t node, double *near)
{
    uint32_t best = level->home[node], begin = level->first[node], end = level->first[node + 1];
    double share = level->degree[node] / level->total, most;

    for (uint32_t i = begin; i < end; i++)
        near[level->home[level->to[i]]] += level->weight[i];
    most = near[best] - (level->inside[best] - level->degree[node]) * share;
    for (uint32_t i = begin; i < end; i++) {
        uint32_t home = level->home[level->to[i]];
        double gain = near[home] - level->inside[home] * share;

        if (home == level->home[node])
            continue;
        if (gain > most + GAIN_LEAST ||
            (gain > most - GAIN_LEAST && home < best && best != level->home[node])) {
            most = gain;
            best = home;
        }
    }
    for (uint32_t i = begin; i < end; i++)
        near[level->home[level->to[i]]] = 0;
    return best;
}

/* Nodes move while any gains; whether one did. */
static bool
level_settle(struct level *level, double *near)
{
    bool any = false, moved = true;

    for (int sweep = 0; sweep < SWEEPS_MOST && moved; sweep++) {
        moved = false;
        for (uint32_t u = 0; u < level->nodes; u++) {
            uint32_t to = best_home(level, u, near), from = level->home[u];

            if (to == from)
                continue;
            level->inside[from] -= level->degree[u];
            level->inside[to] += level->degree[u];
            level->home[u] = to;
            moved = any = true;
        }
    }
    return any;
}

/* Homes become 0, 1, 2 ... in the order of their first nodes; how many there are. */
static uint32_t
number(uint32_t *home, uint32_t nodes, struct arena *arena)
{
    uint32_t *fresh = arena_take(arena, ((size_t)nodes + 1) * sizeof *fresh), count = 0;

    for (uint32_t u = 0; u < nodes; u++) {
        if (fresh[home[u]] == 0)
            fresh[home[u]] = ++count;
        home[u] = fresh[home[u]] - 1;
    }
    return count;
}

uint32_t *
community_find(struct arena *arena, uint32_t nodes, struct community_edge *edges, size_t count,
               uint32_t *count_out)
{
    uint32_t *label = arena_take(arena, ((size_t)nodes + 1) * sizeof *label);
    double *near = arena_take(arena, ((size_t)nodes + 1) * sizeof *near);
    uint32_t size = nodes;

    for (uint32_t u = 0; u < nodes; u++)
        label[u] = u;
    for (int round = 0; round < LEVELS_MOST; round++) {
        struct level level;

        count = merge(edges, count);
        level_make(&level, arena, size, edges, count);
        if (!level_settle(&level, near))
            break;
        size = number(level.home, size, arena);
        for (uint32_t u = 0; u < nodes; u++)
            label[u] = level.home[label[u]];
        for (size_t i = 0; i < count; i++) {
            edges[i].a = level.home[edges[i].a];
            edges[i].b = level.home[edges[i].b];
        }
    }
    *count_out = number(label, nodes, arena);
    return label;
}
