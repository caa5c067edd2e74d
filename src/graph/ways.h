/*
 * ways: where a walk over a graph ends most often, and on which ways it came there.
 *
 *     ways_walk(&ways, seeds, count);
 *     ends = ways_best(&ways, 50, &found);
 *     ways_trace(&ways, ends, found);
 *     length = ways_path(&ways, ends[0].node, &path);
 *
 * Only what is asked for is looked at: a graph of a million edges costs little more than what
 * the walk itself reached.
 */
#ifndef GRAPH_WAYS_H
#define GRAPH_WAYS_H

#include "graph/push.h"

struct ways {
    struct arena *arena;
    const struct push_graph *graph;
    uint32_t from; /* nodes from here on can be ends */
    const struct push_seed *seeds;
    size_t seeds_count;
    double *rank;     /* of each node */
    uint32_t *steps;  /* from the seeds, and one; 0: not seen */
    uint32_t *parent; /* the node before it, once it was asked for; else itself */
};

struct ways_end {
    double rank;
    uint32_t node;
};

void ways_start(struct ways *ways, struct arena *arena, const struct push_graph *graph,
                uint32_t from);
/* Ranks all nodes; the seeds must live as long as the ways. */
void ways_walk(struct ways *ways, const struct push_seed *seeds, size_t count);

/* At most `most` nodes that were reached, best first, of equal ones the lower number. */
struct ways_end *ways_best(const struct ways *ways, size_t most, size_t *count_out);

/* How far from the seeds these are: the walk back to them goes no further than that. */
void ways_trace(struct ways *ways, const struct ways_end *ends, size_t count);

/* The nodes from a seed to the one before `node`, which was traced; 0: it is a seed.  Of the
   shortest ways that over which most comes. */
size_t ways_path(struct ways *ways, uint32_t node, uint32_t **path_out);

#endif
