/*
 * push: personalised PageRank by forward push, on an undirected graph kept as rows of
 * neighbours.
 */
#include "graph/push.h"

#include <stdbool.h>
#include <string.h>

/* Counts become where each row begins. */
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

static void
count_rows(struct push_graph *graph, const struct push_edge *edges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (edges[i].a == edges[i].b)
            continue;
        graph->first[edges[i].a]++;
        graph->first[edges[i].b]++;
    }
    begin_rows(graph->first, graph->nodes);
}

/* Each edge in the rows of both its ends, in the order of the edges. */
static void
fill_rows(uint32_t *place, uint32_t *rows, const struct push_edge *edges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (edges[i].a == edges[i].b)
            continue;
        rows[place[edges[i].a]++] = edges[i].b;
        rows[place[edges[i].b]++] = edges[i].a;
    }
}

/* The graph is its own transpose, and transposing puts each row in order. */
static void
sort_rows(struct push_graph *graph, uint32_t *place, const uint32_t *rows)
{
    for (uint32_t u = 0; u < graph->nodes; u++)
        for (uint32_t i = graph->first[u]; i < graph->first[u + 1]; i++)
            graph->to[place[rows[i]]++] = u;
}

static void
drop_doubles(struct push_graph *graph)
{
    uint32_t kept = 0, at = 0;

    for (uint32_t u = 0; u < graph->nodes; u++) {
        uint32_t begins = kept, end = graph->first[u + 1];

        for (; at < end; at++)
            if (kept == begins || graph->to[kept - 1] != graph->to[at])
                graph->to[kept++] = graph->to[at];
        graph->first[u] = begins;
    }
    graph->first[graph->nodes] = kept;
}

void
/* NOLINTNEXTLINE(readability-function-size): what is built from what, and in which memory */
push_build(struct push_graph *graph, struct arena *into, struct arena *scratch, uint32_t nodes,
           const struct push_edge *edges, size_t count)
{
    size_t size = ((size_t)nodes + 1) * sizeof *graph->first;
    uint32_t *place = arena_take(scratch, size), *rows;

    graph->nodes = nodes;
    graph->first = arena_take(into, size);
    graph->to = arena_take(into, (2 * count + 1) * sizeof *graph->to);
    count_rows(graph, edges, count);
    rows = arena_take(scratch, ((size_t)graph->first[nodes] + 1) * sizeof *rows);
    memcpy(place, graph->first, size);
    fill_rows(place, rows, edges, count);
    memcpy(place, graph->first, size);
    sort_rows(graph, place, rows);
    drop_doubles(graph);
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
