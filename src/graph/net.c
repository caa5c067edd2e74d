/*
 * net: a graph of records and entities in memory, or a part of one, by their names and numbers.
 */
#include "graph/net.h"

#include <stdlib.h>
#include <string.h>

#define SEQ_BYTES 8
#define PIECES    5  /* that a net is made of */
#define PIECE     64 /* what an arena may take beside each */

struct row {
    struct str name, records;
};

struct pair {
    struct str a, b;
};

void
net_draft_start(struct net_draft *draft, struct arena *arena)
{
    *draft = (struct net_draft){.arena = arena};
    buf_start(&draft->rows, arena, 64 * sizeof(struct row));
    buf_start(&draft->pairs, arena, 1);
}

void
net_draft_entity(struct net_draft *draft, struct str name, struct str records)
{
    struct row row = {name, records};

    buf_add(&draft->rows, &row, sizeof row);
    draft->mentions += records.len / SEQ_BYTES;
    draft->text += name.len;
}

void
net_draft_relation(struct net_draft *draft, struct str a, struct str b)
{
    struct pair pair = {a, b};

    buf_add(&draft->pairs, &pair, sizeof pair);
    draft->relations++;
}

static size_t
rows_of(const struct net_draft *draft)
{
    return draft->rows.len / sizeof(struct row);
}

static size_t
edge_bytes(const struct net_draft *draft)
{
    return 2 * sizeof(uint32_t) * (draft->mentions + draft->relations);
}

size_t
net_draft_bytes(const struct net_draft *draft)
{
    return edge_bytes(draft) + draft->text + 2 * sizeof(uint32_t) * rows_of(draft);
}

static int
name_compare(const void *a, const void *b)
{
    const struct str *x = a, *y = b;
    int order = memcmp(x->at, y->at, x->len < y->len ? x->len : y->len);

    return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

static int
seq_compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static int64_t
seq_read(const char *at)
{
    uint64_t value = 0;

    for (int i = 0; i < SEQ_BYTES; i++)
        value = value << 8 | (unsigned char)at[i];
    return (int64_t)value;
}

/* The names of a draft, each once, in order. */
struct names {
    struct str *list;
    uint32_t count;
    size_t text;
};

static struct names
names_of(const struct net_draft *draft)
{
    const struct row *rows = (const struct row *)(const void *)draft->rows.data;
    size_t count = rows_of(draft);
    struct names names = {.list = arena_take(draft->arena, (count + 1) * sizeof(struct str))};

    for (size_t i = 0; i < count; i++)
        names.list[i] = rows[i].name;
    qsort(names.list, count, sizeof *names.list, name_compare);
    for (size_t i = 0; i < count; i++) {
        if (names.count > 0 && str_same(names.list[names.count - 1], names.list[i]))
            continue;
        names.text += names.list[i].len;
        names.list[names.count++] = names.list[i];
    }
    return names;
}

/* The numbers of all records, each once, in order; `room` has a place for every mention. */
static uint32_t
seqs_of(const struct net_draft *draft, int64_t *room)
{
    const struct row *rows = (const struct row *)(const void *)draft->rows.data;
    size_t count = 0;
    uint32_t kept = 0;

    for (size_t i = 0; i < rows_of(draft); i++)
        for (size_t at = 0; at + SEQ_BYTES <= rows[i].records.len; at += SEQ_BYTES)
            room[count++] = seq_read(rows[i].records.at + at);
    qsort(room, count, sizeof *room, seq_compare);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || room[kept - 1] != room[i])
            room[kept++] = room[i];
    return kept;
}

static struct net *
net_new(const struct net_draft *draft, const struct names *names, uint32_t records,
        struct arena **into)
{
    size_t nodes = (size_t)names->count + records;
    size_t bytes = sizeof(struct net) + names->text + edge_bytes(draft) +
                   (nodes + 2) * sizeof(uint32_t) + (names->count + 1) * sizeof(uint32_t) +
                   records * sizeof(int64_t) + PIECES * (size_t)PIECE;
    struct arena *own = *into == NULL ? arena_new(bytes) : NULL;
    struct net *net;

    if (own != NULL)
        *into = own;
    net = arena_take(*into, sizeof *net);
    *net =
        (struct net){.entities = names->count, .records = records, .bytes = bytes, .own = own};
    return net;
}

static void
names_keep(struct net *net, const struct names *names, struct arena *into)
{
    uint32_t at = 0;

    net->text = arena_take(into, names->text + 1);
    net->name_first = arena_take(into, ((size_t)names->count + 1) * sizeof *net->name_first);
    for (uint32_t i = 0; i < names->count; i++) {
        memcpy(net->text + at, names->list[i].at, names->list[i].len);
        net->name_first[i] = at;
        at += (uint32_t)names->list[i].len;
    }
    net->name_first[names->count] = at;
}

/* Into the memory of the numbers, which are kept elsewhere by now. */
static size_t
edges_of(const struct net_draft *draft, const struct net *net, struct push_edge *edges)
{
    const struct row *rows = (const struct row *)(const void *)draft->rows.data;
    const struct pair *pairs = (const struct pair *)(const void *)draft->pairs.data;
    size_t count = 0;

    for (size_t i = 0; i < rows_of(draft); i++) {
        uint32_t node = net_entity(net, rows[i].name);

        for (size_t at = 0; at + SEQ_BYTES <= rows[i].records.len; at += SEQ_BYTES)
            edges[count++] =
                (struct push_edge){node, net_record(net, seq_read(rows[i].records.at + at))};
    }
    for (size_t i = 0; i < draft->relations; i++) {
        struct push_edge edge = {net_entity(net, pairs[i].a), net_entity(net, pairs[i].b)};

        if (edge.a != NET_NOBODY && edge.b != NET_NOBODY)
            edges[count++] = edge;
    }
    return count;
}

struct net *
net_make(struct net_draft *draft, struct arena *into)
{
    union {
        int64_t seq;
        struct push_edge edge;
    } *room = arena_take(draft->arena, (draft->mentions + draft->relations + 1) * sizeof *room);
    struct names names = names_of(draft);
    uint32_t records = seqs_of(draft, &room->seq);
    struct net *net = net_new(draft, &names, records, &into);

    names_keep(net, &names, into);
    net->seqs = arena_take(into, ((size_t)records + 1) * sizeof *net->seqs);
    memcpy(net->seqs, room, records * sizeof *net->seqs);
    push_build(&net->graph, into, draft->arena, names.count + records, &room->edge,
               edges_of(draft, net, &room->edge));
    return net;
}

void
net_free(struct net *net)
{
    if (net != NULL)
        arena_free(net->own);
}

struct str
net_name(const struct net *net, uint32_t node)
{
    uint32_t first = net->name_first[node];

    return (struct str){net->text + first, net->name_first[node + 1] - first};
}

int64_t
net_seq(const struct net *net, uint32_t node)
{
    return net->seqs[node - net->entities];
}

uint32_t
net_entity(const struct net *net, struct str name)
{
    uint32_t low = 0, high = net->entities;

    while (name.at != NULL && low < high) {
        uint32_t middle = low + (high - low) / 2;
        struct str there = net_name(net, middle);
        int order = name_compare(&name, &there);

        if (order == 0)
            return middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NET_NOBODY;
}

uint32_t
net_record(const struct net *net, int64_t seq)
{
    const int64_t *found = bsearch(&seq, net->seqs, net->records, sizeof seq, seq_compare);

    return found == NULL ? NET_NOBODY : net->entities + (uint32_t)(found - net->seqs);
}
