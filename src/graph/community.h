/*
 * community: nodes of a weighted graph that hang together more among themselves than with
 * others.
 *
 * Blondel, Guillaume, Lambiotte, Lefebvre: "Fast unfolding of communities in large networks"
 * (2008), "Louvain".  Nodes are visited in the order of their numbers and of equal gains the
 * community of the lowest number wins, so the same graph has the same communities.
 */
#ifndef GRAPH_COMMUNITY_H
#define GRAPH_COMMUNITY_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

struct community_edge {
    uint32_t a, b;
    double weight; /* > 0; the same pair may come several times */
};

/* The community of each node, numbered from 0 in the order of their first nodes; *count_out is
   how many there are.  A node without edges is one by itself.  The edges are sorted. */
uint32_t *community_find(struct arena *arena, uint32_t nodes, struct community_edge *edges,
                         size_t count, uint32_t *count_out);

#endif
