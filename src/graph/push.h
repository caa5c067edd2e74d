/*
 * push: personalised PageRank by forward push, on an undirected graph kept as rows of
 * neighbours.
 *
 * Andersen, Chung, Lang: "Local Graph Partitioning using PageRank Vectors" (FOCS 2006),
 * algorithm ApproximatePageRank, for the walk that does not wait (theirs stays where it is half
 * of the time, which is the same with another alpha):
 *     while some r(u) > eps * deg(u):
 *         p(u) += alpha * r(u);  r(v) += (1 - alpha) * r(u) / deg(u) for its neighbours v; r(u)
 * = 0 Then p is below the true rank by at most eps * deg(u), and at most 1 / (eps * alpha)
 * edges were gone over, however large the graph.  A node without neighbours keeps what reaches
 * it.
 */
#ifndef GRAPH_PUSH_H
#define GRAPH_PUSH_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

#define PUSH_ALPHA 0.5 /* share of a walk that ends at each node */
#define PUSH_EPS   1e-6

struct push_edge {
    uint32_t a, b;
};

/* Compressed sparse rows: the neighbours of u are to[first[u]] .. to[first[u + 1] - 1],
   ascending, each once and none u itself. */
struct push_graph {
    uint32_t nodes;
    uint32_t *first; /* nodes + 1 */
    uint32_t *to;
};

/* Edges in any order, also twice or both ways, which changes nothing; both ends < nodes, and
   fewer than 2^31 of them.  The rows are taken from `into`: 4 bytes a node and 8 an edge. */
void push_build(struct push_graph *graph, struct arena *into, struct arena *scratch,
                uint32_t nodes, const struct push_edge *edges, size_t count);

uint32_t push_degree(const struct push_graph *graph, uint32_t node);

struct push_seed {
    uint32_t node;
    double weight; /* > 0; weights are scaled to a sum of 1, a node may stand twice */
};

/* The ranks of all nodes, from the arena; their sum is at most 1.  The same graph and seeds
   give the same bits. */
double *push_rank(const struct push_graph *graph, struct arena *arena,
                  const struct push_seed *seeds, size_t count, double alpha, double eps);

#endif
