/*
 * explore: a walk through the graph from what a question finds.
 */
#include "search/explore.h"

#include "graph/push.h"
#include "search/grams.h"

#include <stdlib.h>
#include <string.h>

/* Columns of explore_around. */
enum { MODE, REASON, WHAT, NAME, OTHER, SEQ, WEIGHT, RECORDS };

#define NOBODY UINT32_MAX

/* Nodes: the entities by their names, then the records by their numbers. */
struct part {
    struct arena *arena;
    struct str *names; /* ascending */
    long *seqs;        /* ascending */
    uint32_t names_count, seqs_count;
    struct push_edge *edges;
    size_t edges_count;
    struct push_seed *seeds;
    size_t seeds_count;
    struct push_graph graph;
    double *rank;
    uint32_t *parent; /* the node before it on its way from a seed; NOBODY: a seed, or no way */
};

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
    long x = *(const long *)a, y = *(const long *)b;

    return (x > y) - (x < y);
}

static bool
is_row(const struct call *call, size_t row, const char *what)
{
    return str_is(call_cell(call, row, WHAT), what);
}

/* The next number of an array as Postgres writes it, "{1,22}"; false at its end. */
static bool
next_number(const char **at, long *number_out)
{
    char *end;

    if (**at == '\0' || **at == '}')
        return false;
    *number_out = strtol(*at + 1, &end, 10);
    if (end == *at + 1)
        return false;
    *at = end;
    return true;
}

static const char *
list_of(const struct call *call, size_t row)
{
    struct str list = call_cell(call, row, RECORDS);

    return list.at == NULL ? "" : list.at;
}

/* Names, numbers and how many edges there will be at most. */
static void
nodes_read(struct part *part, const struct call *call)
{
    size_t rows = call_rows(call), names = 0, seqs = 0, kept = 0;

    for (size_t row = 1; row < rows; row++)
        seqs += call_cell(call, row, RECORDS).len / 2 + 1;
    part->names = arena_take(part->arena, (rows + 1) * sizeof *part->names);
    part->seqs = arena_take(part->arena, (seqs + 1) * sizeof *part->seqs);
    part->edges = arena_take(part->arena, (seqs + rows + 1) * sizeof *part->edges);
    part->seeds = arena_take(part->arena, (rows + 1) * sizeof *part->seeds);
    seqs = 0;
    for (size_t row = 1; row < rows; row++) {
        const char *at = list_of(call, row);

        if (is_row(call, row, "entity"))
            part->names[names++] = call_cell(call, row, NAME);
        else if (!call_is_null(call, row, SEQ))
            part->seqs[seqs++] = call_cell_long(call, row, SEQ);
        while (next_number(&at, &part->seqs[seqs]))
            seqs++;
    }
    qsort(part->names, names, sizeof *part->names, name_compare);
    qsort(part->seqs, seqs, sizeof *part->seqs, seq_compare);
    for (size_t i = 0; i < seqs; i++)
        if (kept == 0 || part->seqs[i] != part->seqs[kept - 1])
            part->seqs[kept++] = part->seqs[i];
    part->names_count = (uint32_t)names;
    part->seqs_count = (uint32_t)kept;
}

static uint32_t
node_of_name(const struct part *part, struct str name)
{
    const struct str *found = name.at == NULL ? NULL
                                              : bsearch(&name, part->names, part->names_count,
                                                        sizeof name, name_compare);

    return found == NULL ? NOBODY : (uint32_t)(found - part->names);
}

static uint32_t
node_of_seq(const struct part *part, long seq)
{
    const long *found = bsearch(&seq, part->seqs, part->seqs_count, sizeof seq, seq_compare);

    return found == NULL ? NOBODY : part->names_count + (uint32_t)(found - part->seqs);
}

static void
add_edge(struct part *part, uint32_t a, uint32_t b)
{
    if (a != NOBODY && b != NOBODY)
        part->edges[part->edges_count++] = (struct push_edge){a, b};
}

static void
row_read(struct part *part, const struct call *call, size_t row)
{
    uint32_t node = node_of_name(part, call_cell(call, row, NAME));
    const char *at = list_of(call, row);
    long seq;

    if (is_row(call, row, "relation"))
        add_edge(part, node, node_of_name(part, call_cell(call, row, OTHER)));
    while (next_number(&at, &seq))
        add_edge(part, node, node_of_seq(part, seq));
    if (!is_row(call, row, "seed"))
        return;
    if (!call_is_null(call, row, SEQ))
        node = node_of_seq(part, call_cell_long(call, row, SEQ));
    if (node != NOBODY)
        part->seeds[part->seeds_count++] =
            (struct push_seed){node, call_cell_double(call, row, WEIGHT)};
}

/* Whether the way to `node` goes better over `by` than over the parent it has: more comes from
   there. */
static bool
is_better(const struct part *part, uint32_t by, uint32_t node)
{
    uint32_t now = part->parent[node];

    return part->rank[by] / push_degree(&part->graph, by) >
           part->rank[now] / push_degree(&part->graph, now);
}

/* The shortest ways from the seeds, among them those over which most comes. */
static void
ways_find(struct part *part)
{
    uint32_t nodes = part->graph.nodes, end = 0;
    uint32_t *queue = arena_take(part->arena, (nodes + 1) * sizeof *queue);
    uint32_t *steps = arena_take(part->arena, (nodes + 1) * sizeof *steps);

    part->parent = arena_take(part->arena, (nodes + 1) * sizeof *part->parent);
    memset(part->parent, 0xff, nodes * sizeof *part->parent);
    for (size_t i = 0; i < part->seeds_count; i++) {
        if (steps[part->seeds[i].node] == 0)
            queue[end++] = part->seeds[i].node;
        steps[part->seeds[i].node] = 1;
    }
    for (uint32_t at = 0; at < end; at++) {
        uint32_t node = queue[at];

        for (uint32_t i = part->graph.first[node]; i < part->graph.first[node + 1]; i++) {
            uint32_t next = part->graph.to[i];

            if (steps[next] == 0) {
                queue[end++] = next;
                steps[next] = steps[node] + 1;
                part->parent[next] = node;
            } else if (steps[next] == steps[node] + 1 && is_better(part, node, next)) {
                part->parent[next] = node;
            }
        }
    }
}

static void
part_read(struct part *part, const struct call *call)
{
    nodes_read(part, call);
    for (size_t row = 1; row < call_rows(call); row++)
        row_read(part, call, row);
    push_build(&part->graph, part->arena, part->names_count + part->seqs_count, part->edges,
               part->edges_count);
    part->rank = push_rank(&part->graph, part->arena, part->seeds, part->seeds_count,
                           PUSH_ALPHA, PUSH_EPS);
    ways_find(part);
}

struct reached {
    double rank;
    uint32_t node;
};

static int
reached_compare(const void *a, const void *b)
{
    const struct reached *x = a, *y = b;

    if (x->rank != y->rank)
        return x->rank < y->rank ? 1 : -1;
    return (x->node > y->node) - (x->node < y->node);
}

/* The records that were reached, best first. */
static struct reached *
best_of(const struct part *part, size_t *count_out)
{
    struct reached *best = arena_take(part->arena, (part->seqs_count + 1) * sizeof *best);
    size_t count = 0;

    for (uint32_t node = part->names_count; node < part->graph.nodes; node++)
        if (part->rank[node] > 0)
            best[count++] = (struct reached){part->rank[node], node};
    qsort(best, count, sizeof *best, reached_compare);
    *count_out = count;
    return best;
}

/* One step: a record and the entity that leads on, or an entity from which another does. */
static void
step_emit(const struct part *part, uint32_t record, uint32_t entity, struct emit *json)
{
    emit_object(json, NULL);
    if (record != NOBODY)
        emit_long(json, "seq", part->seqs[record - part->names_count]);
    emit_str(json, "entity", part->names[entity]);
    emit_object_end(json);
}

/* From the seed to a record, which only entities lead to. */
static void
way_emit(const struct part *part, uint32_t node, struct emit *json)
{
    uint32_t length = 0, record = NOBODY, *way;

    for (uint32_t at = part->parent[node]; at != NOBODY; at = part->parent[at])
        length++;
    way = arena_take(part->arena, (length + 1) * sizeof *way);
    for (uint32_t at = part->parent[node], i = length; i > 0; at = part->parent[at])
        way[--i] = at;
    for (uint32_t i = 0; i < length; i++) {
        if (way[i] >= part->names_count) {
            record = way[i];
            continue;
        }
        step_emit(part, record, way[i], json);
        record = NOBODY;
    }
}

static struct str
way_of(const struct part *part, uint32_t node)
{
    struct emit json;
    struct buf buf;

    buf_start(&buf, part->arena, 128);
    emit_start(&json, &buf);
    emit_array(&json, NULL);
    way_emit(part, node, &json);
    emit_array_end(&json);
    return (struct str){buf.data, buf.len};
}

/* The best as arrays: enough for the page that is asked for. */
static void
bind_best(const struct part *part, struct call *hits, struct pipe *pipe, size_t most)
{
    struct array *seqs = array_new(pipe, ARRAY_TEXT), *scores = array_new(pipe, ARRAY_TEXT),
                 *ways = array_new(pipe, ARRAY_JSONB);
    size_t count = 0;
    const struct reached *best = best_of(part, &count);

    for (size_t i = 0; i < count && i < most; i++) {
        long seq = part->seqs[best[i].node - part->names_count];

        array_str(seqs, str_of(str_format(part->arena, "%ld", seq)));
        array_str(scores, str_of(str_format(part->arena, "%.9g", best[i].rank / best[0].rank)));
        array_str(ways, way_of(part, best[i].node));
    }
    call_array(hits, seqs);
    call_array(hits, scores);
    call_array(hits, ways);
}

static struct call *
around_call(struct pipe *pipe, const struct search *search)
{
    struct call *call = pipe_add(pipe, STMT_explore_around);

    call_str(call, search->database);
    call_str(call, search->collection);
    call_str(call, search->query);
    call_vector(call, search->vector.data, search->dims);
    call_text(call, search->model);
    call_text(call, search->where);
    call_double(call, grams_weight(search));
    grams_bind(call, pipe, search->vector.arena, search->query);
    lookup_bind(call, pipe, &search->hits);
    return call;
}

static struct call *
hits_call(struct pipe *pipe, const struct search *search, const struct part *part,
          struct str reason)
{
    struct call *call = pipe_add(pipe, STMT_explore_hits);

    call_str(call, search->database);
    call_str(call, search->collection);
    call_str(call, reason);
    bind_best(part, call, pipe, (size_t)(search->limit + search->offset));
    call_text(call, search->where);
    if (search->has_least)
        call_double(call, search->least);
    else
        call_null(call);
    call_long(call, search->limit);
    call_long(call, search->offset);
    return call;
}

bool
explore_run(struct search *search, struct conn *conn, const struct claims *claims,
            int64_t deadline, struct call **call_out, struct err *err)
{
    struct part part = {.arena = search->vector.arena};
    struct pipe *pipe = pipe_new(conn, part.arena, claims);
    struct call *around = around_call(pipe, search);

    if (!pipe_run(pipe, deadline, err))
        return false;
    part_read(&part, around);
    pipe = pipe_new(conn, part.arena, claims);
    *call_out = hits_call(pipe, search, &part, call_cell(around, 0, REASON));
    return pipe_run(pipe, deadline, err);
}
