/*
 * net: a graph of records and entities in memory, or a part of one, by their names and numbers.
 *
 * Nodes are the entities in the order of their names, then the records in the order of their
 * numbers; edges are mentions and relations.  A draft gathers rows as Postgres tells them,
 * without copying them; net_make() makes the net, which is not changed any more: any number of
 * threads may read it.
 */
#ifndef GRAPH_NET_H
#define GRAPH_NET_H

#include "base/buf.h"
#include "base/str.h"
#include "graph/push.h"

#include <stddef.h>
#include <stdint.h>

#define NET_NOBODY UINT32_MAX /* no node */

struct net {
    struct push_graph graph;
    uint32_t entities, records;
    char *text;           /* the names in a row */
    uint32_t *name_first; /* entities + 1: where each begins */
    int64_t *seqs;        /* of records */
    size_t bytes;         /* that all of it takes */
    struct arena *own;    /* NULL: it belongs to the arena that it was made in */
};

struct net_draft {
    struct arena *arena;
    struct buf rows, pairs;
    size_t mentions, relations, text;
};

/* What is added must live until net_make(). */
void net_draft_start(struct net_draft *draft, struct arena *arena);
/* An entity and records that speak of it, 8 bytes each, big-endian; it may come again with
   others, and the same record twice. */
void net_draft_entity(struct net_draft *draft, struct str name, struct str records);
/* Two entities are joined; one that does not come as such is no node, and joins nothing. */
void net_draft_relation(struct net_draft *draft, struct str a, struct str b);
/* What the net will take at most but for its records' numbers, in bytes. */
size_t net_draft_bytes(const struct net_draft *draft);

/* In `into`, or with NULL in memory of its own, to be freed by net_free().  Besides, it takes
   about 16 bytes a mention from the draft's arena. */
struct net *net_make(struct net_draft *draft, struct arena *into);
void net_free(struct net *net);

uint32_t net_entity(const struct net *net, struct str name); /* its node, or NET_NOBODY */
uint32_t net_record(const struct net *net, int64_t seq);
struct str net_name(const struct net *net, uint32_t node); /* of an entity */
int64_t net_seq(const struct net *net, uint32_t node);     /* of a record */

#endif
