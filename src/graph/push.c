/*
 * push: personalised PageRank by forward push, on an undirected graph kept as rows of
 * neighbours.
 */
#include "graph/push.h"

#include <stdbool.h>
#include <string.h>

/* Counts become where each row begins; returns the sum. */
static void
begin_rows(uint32_t *first, uint32_t nodes)
{
    uint32_t at = 0;

    for (uint32_t u = 0; u <= nodes; u++) {
        uint32_t count = first[u];

        first[u] = at;
        at += count;
    }
}

/* One pass of a radix sort: edges (from[i], to[i]) grouped by `to`, stable. */
static void
/* NOLINTNEXTLINE(readability-function-size): two columns in, two out, and the places */
transpose(uint32_t nodes, const uint32_t *from, const uint32_t *to, size_t count,
          uint32_t *place, uint32_t *from_out, uint32_t *to_out)
{
    memset(place, 0, ((size_t)nodes + 1) * sizeof *place);
    for (size_t i = 0; i < count; i++)
        place[to[i]]++;
    begin_rows(place, nodes);
    for (size_t i = 0; i < count; i++) {
        uint32_t at = place[to[i]]++;

        from_out[at] = from[i];
        to_out[at] = to[i];
    }
}

/* Sorted pairs become rows, without doubles. */
static void
rows_of(struct push_graph *graph, const uint32_t *from, const uint32_t *to, size_t count)
{
    uint32_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (i > 0 && from[i] == from[i - 1] && to[i] == to[i - 1])
            continue;
        graph->first[from[i]]++;
        graph->to[kept++] = to[i];
    }
    begin_rows(graph->first, graph->nodes);
}

void
push_build(struct push_graph *graph, struct arena *arena, uint32_t nodes,
           const struct push_edge *edges, size_t count)
{
    size_t room = 2 * count + 1, n = 0;
    uint32_t *from = arena_take(arena, room * sizeof *from);
    uint32_t *to = arena_take(arena, room * sizeof *to);
    uint32_t *from2 = arena_take(arena, room * sizeof *from2);
    uint32_t *to2 = arena_take(arena, room * sizeof *to2);

    graph->nodes = nodes;
    graph->first = arena_take(arena, ((size_t)nodes + 1) * sizeof *graph->first);
    for (size_t i = 0; i < count; i++) {
        if (edges[i].a == edges[i].b)
            continue;
        from[n] = edges[i].a;
        to[n++] = edges[i].b;
        from[n] = edges[i].b;
        to[n++] = edges[i].a;
    }
    transpose(nodes, from, to, n, graph->first, from2, to2);
    transpose(nodes, to2, from2, n, graph->first, to, from);
    memset(graph->first, 0, ((size_t)nodes + 1) * sizeof *graph->first);
    graph->to = from2;
    rows_of(graph, from, to, n);
}

uint32_t
push_degree(const struct push_graph *graph, uint32_t node)
{
    return graph->first[node + 1] - graph->first[node];
}

/* Nodes with more than they may keep, first come first served; each stands in it once. */
struct queue {
    uint32_t *ring;
    bool *has;
    uint32_t room, at, count;
};

static void
queue_add(struct queue *queue, uint32_t node)
{
    uint32_t end = queue->at + queue->count;

    if (queue->has[node])
        return;
    queue->has[node] = true;
    queue->ring[end < queue->room ? end : end - queue->room] = node;
    queue->count++;
}

static uint32_t
queue_take(struct queue *queue)
{
    uint32_t node = queue->ring[queue->at];

    queue->at = queue->at + 1 == queue->room ? 0 : queue->at + 1;
    queue->count--;
    queue->has[node] = false;
    return node;
}

/* What a node had too much goes on to its neighbours. */
static void
spread(const struct push_graph *graph, struct queue *queue, double *residue, uint32_t node,
       double amount, double eps)
{
    double share = amount / push_degree(graph, node);

    for (uint32_t i = graph->first[node]; i < graph->first[node + 1]; i++) {
        uint32_t next = graph->to[i];

        residue[next] += share;
        if (residue[next] > eps * push_degree(graph, next))
            queue_add(queue, next);
    }
}

static void
begin(const struct push_seed *seeds, size_t count, struct queue *queue, double *residue)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += seeds[i].weight;
    for (size_t i = 0; i < count && sum > 0; i++) {
        residue[seeds[i].node] += seeds[i].weight / sum;
        queue_add(queue, seeds[i].node);
    }
}

double *
/* NOLINTNEXTLINE(readability-function-size): a graph, seeds and two constants */
push_rank(const struct push_graph *graph, struct arena *arena, const struct push_seed *seeds,
          size_t count, double alpha, double eps)
{
    size_t room = (size_t)graph->nodes + 1;
    double *rank = arena_take(arena, room * sizeof *rank);
    double *residue = arena_take(arena, room * sizeof *residue);
    struct queue queue = {.ring = arena_take(arena, room * sizeof(uint32_t)),
                          .has = arena_take(arena, room * sizeof(bool)),
                          .room = (uint32_t)room};

    begin(seeds, count, &queue, residue);
    while (queue.count > 0) {
        uint32_t node = queue_take(&queue);
        double amount = residue[node];

        residue[node] = 0;
        if (push_degree(graph, node) == 0) {
            rank[node] += amount;
            continue;
        }
        rank[node] += alpha * amount;
        spread(graph, &queue, residue, node, (1 - alpha) * amount, eps);
    }
    for (uint32_t u = 0; u < graph->nodes; u++)
        rank[u] += alpha * residue[u];
    return rank;
}
