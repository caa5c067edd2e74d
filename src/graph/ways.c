/*
 * ways: where a walk over a graph ends most often, and on which ways it came there.
 */
#include "graph/ways.h"

#include <stdbool.h>
#include <stdlib.h>

void
ways_start(struct ways *ways, struct arena *arena, const struct push_graph *graph,
           uint32_t from)
{
    *ways = (struct ways){.arena = arena, .graph = graph, .from = from};
}

void
ways_walk(struct ways *ways, const struct push_seed *seeds, size_t count)
{
    ways->seeds = seeds;
    ways->seeds_count = count;
    ways->rank = push_rank(ways->graph, ways->arena, seeds, count, PUSH_ALPHA, PUSH_EPS);
}

static bool
is_before(const struct ways_end *a, const struct ways_end *b)
{
    return a->rank != b->rank ? a->rank > b->rank : a->node < b->node;
}

static int
end_compare(const void *a, const void *b)
{
    return is_before(b, a) - is_before(a, b);
}

/* The worst of a heap is its first: another takes its place and sinks to where it belongs. */
static void
heap_sink(struct ways_end *heap, size_t count, size_t at, struct ways_end end)
{
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && is_before(&heap[child], &heap[child + 1]))
            child++;
        if (is_before(&heap[child], &end))
            break;
        heap[at] = heap[child];
    }
    heap[at] = end;
}

struct ways_end *
ways_best(const struct ways *ways, size_t most, size_t *count_out)
{
    struct ways_end *heap = arena_take(ways->arena, (most + 1) * sizeof *heap);
    size_t count = 0;

    for (uint32_t node = ways->from; node < ways->graph->nodes && most > 0; node++) {
        struct ways_end end = {ways->rank[node], node};

        if (end.rank <= 0)
            continue;
        if (count < most) {
            heap[count++] = end;
            for (size_t at = count == most ? most / 2 : 0; at > 0; at--)
                heap_sink(heap, count, at - 1, heap[at - 1]);
        } else if (is_before(&end, &heap[0])) {
            heap_sink(heap, count, 0, end);
        }
    }
    qsort(heap, count, sizeof *heap, end_compare);
    *count_out = count;
    return heap;
}

/* Whether one step leads here from what was seen. */
static bool
is_next(const struct ways *ways, uint32_t node)
{
    const struct push_graph *graph = ways->graph;

    for (uint32_t i = graph->first[node]; i < graph->first[node + 1]; i++)
        if (ways->steps[graph->to[i]] != 0)
            return true;
    return false;
}

/* The nodes that were seen in the last step, and those of the next. */
struct front {
    uint32_t *nodes;
    uint32_t begin, end;
};

static void
front_add(struct ways *ways, struct front *front, uint32_t node, uint32_t steps)
{
    if (ways->steps[node] != 0)
        return;
    ways->steps[node] = steps;
    front->nodes[front->end++] = node;
}

static void
front_step(struct ways *ways, struct front *front, uint32_t steps)
{
    const struct push_graph *graph = ways->graph;
    uint32_t end = front->end;

    for (; front->begin < end; front->begin++) {
        uint32_t node = front->nodes[front->begin];

        for (uint32_t i = graph->first[node]; i < graph->first[node + 1]; i++)
            front_add(ways, front, graph->to[i], steps);
    }
}

/* Looking back from the ends spares the last and widest step from the seeds. */
void
ways_trace(struct ways *ways, const struct ways_end *ends, size_t count)
{
    size_t nodes = (size_t)ways->graph->nodes + 1;
    struct front front = {.nodes = arena_take(ways->arena, nodes * sizeof(uint32_t))};
    uint32_t steps = 1;

    ways->steps = arena_take(ways->arena, nodes * sizeof *ways->steps);
    ways->parent = arena_take(ways->arena, nodes * sizeof *ways->parent);
    for (uint32_t node = 0; node < ways->graph->nodes; node++)
        ways->parent[node] = node;
    for (size_t i = 0; i < ways->seeds_count; i++)
        front_add(ways, &front, ways->seeds[i].node, steps);
    for (size_t i = 0; i < count && front.begin < front.end;) {
        if (ways->steps[ends[i].node] != 0 || is_next(ways, ends[i].node))
            i++;
        else
            front_step(ways, &front, ++steps);
    }
    for (size_t i = 0; i < count; i++)
        if (ways->steps[ends[i].node] == 0)
            ways->steps[ends[i].node] = steps + 1;
}

/* The neighbour one step nearer to the seeds from which most comes. */
static uint32_t
parent_of(struct ways *ways, uint32_t node)
{
    const struct push_graph *graph = ways->graph;
    double most = -1;

    if (ways->parent[node] != node)
        return ways->parent[node];
    for (uint32_t i = graph->first[node]; i < graph->first[node + 1]; i++) {
        uint32_t by = graph->to[i];
        double comes = ways->rank[by] / push_degree(graph, by);

        if (ways->steps[by] + 1 == ways->steps[node] && ways->steps[by] != 0 && comes > most) {
            most = comes;
            ways->parent[node] = by;
        }
    }
    return ways->parent[node];
}

size_t
ways_path(struct ways *ways, uint32_t node, uint32_t **path_out)
{
    size_t length = ways->steps[node] - 1;

    *path_out = arena_take(ways->arena, (length + 1) * sizeof **path_out);
    for (size_t i = length; i > 0; i--)
        (*path_out)[i - 1] = node = parent_of(ways, node);
    return length;
}
