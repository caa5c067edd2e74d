/*
 * explore: a walk through the graph from what a question finds.
 */
#include "search/explore.h"

#include "base/clock.h"
#include "base/metric.h"
#include "graph/fill.h"
#include "graph/ways.h"
#include "search/grams.h"

#include <stdlib.h>

/* Columns of explore_seeds and of explore_part. */
enum { REASON, TENANT, NUMBER, WRITES, MARK, MOMENT, SEED_NAME, SEED_SEQ, WEIGHT };
enum { NAME, OTHER, RECORDS };

struct walk {
    struct arena *arena;
    const struct net *net;
    struct push_seed *seeds;
    size_t seeds_count;
    double inside, total; /* weights of the seeds that are nodes, and of all */
    struct ways ways;
};

/* A record that the walk ended in. */
struct found {
    double score;
    int64_t seq;
    uint32_t node; /* NET_NOBODY: a seed that speaks of nothing */
};

static struct call *
seeds_call(struct pipe *pipe, const struct search *search)
{
    struct call *call = pipe_add(pipe, STMT_explore_seeds);

    call_str(call, search->database);
    call_str(call, search->collection);
    call_str(call, search->query);
    call_vector(call, search->vector.data, search->dims);
    call_text(call, search->model);
    call_double(call, grams_weight(search));
    grams_bind(call, pipe, search->vector.arena, search->query);
    lookup_bind(call, pipe, &search->hits);
    return call;
}

static bool
is_record(const struct call *seeds, size_t row)
{
    return !call_is_null(seeds, row, SEED_SEQ);
}

static struct call *
part_call(struct pipe *pipe, const struct search *search, const struct call *seeds)
{
    struct array *seqs = array_new(pipe, ARRAY_LONG), *asked = array_new(pipe, ARRAY_TEXT),
                 *weights = array_new(pipe, ARRAY_DOUBLE);
    struct call *call = pipe_add(pipe, STMT_explore_part);

    for (size_t row = 1; row < call_rows(seeds); row++) {
        if (is_record(seeds, row)) {
            array_long(seqs, call_cell_long(seeds, row, SEED_SEQ));
            array_double(weights, call_cell_double(seeds, row, WEIGHT));
        } else {
            array_str(asked, call_cell(seeds, row, SEED_NAME));
        }
    }
    call_binary(call);
    call_str(call, search->database);
    call_str(call, search->collection);
    call_array(call, seqs);
    call_array(call, weights);
    call_array(call, asked);
    call_text(call, search->where);
    return call;
}

static struct net *
part_read(struct arena *arena, const struct call *part)
{
    struct net_draft draft;

    net_draft_start(&draft, arena);
    for (size_t row = 0; row < call_rows(part); row++) {
        if (call_is_null(part, row, OTHER))
            net_draft_entity(&draft, call_cell(part, row, NAME), call_cell(part, row, RECORDS));
        else
            net_draft_relation(&draft, call_cell(part, row, NAME), call_cell(part, row, OTHER));
    }
    return net_make(&draft, arena);
}

static void
walk_start(struct walk *walk, const struct call *seeds)
{
    walk->seeds = arena_take(walk->arena, (call_rows(seeds) + 1) * sizeof *walk->seeds);
    for (size_t row = 1; row < call_rows(seeds); row++) {
        double weight = call_cell_double(seeds, row, WEIGHT);
        uint32_t node = is_record(seeds, row)
                            ? net_record(walk->net, call_cell_long(seeds, row, SEED_SEQ))
                            : net_entity(walk->net, call_cell(seeds, row, SEED_NAME));

        if (node != NET_NOBODY) {
            walk->seeds[walk->seeds_count++] = (struct push_seed){node, weight};
            walk->inside += weight;
        }
        if (node != NET_NOBODY || is_record(seeds, row))
            walk->total += weight;
    }
}

static int
found_compare(const void *a, const void *b)
{
    const struct found *x = a, *y = b;

    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return (x->seq > y->seq) - (x->seq < y->seq);
}

/* The records in which the walk ends most often, and the seeds that it cannot leave. */
static struct found *
walk_best(struct walk *walk, const struct call *seeds, size_t most, size_t *count_out)
{
    size_t ends_count, count = 0;
    struct ways_end *ends = ways_best(&walk->ways, most, &ends_count);
    struct found *found =
        arena_take(walk->arena, (ends_count + call_rows(seeds) + 1) * sizeof *found);

    ways_trace(&walk->ways, ends, ends_count);
    for (; count < ends_count; count++)
        found[count] = (struct found){ends[count].rank * walk->inside / walk->total,
                                      net_seq(walk->net, ends[count].node), ends[count].node};
    for (size_t row = 1; row < call_rows(seeds); row++) {
        int64_t seq = call_cell_long(seeds, row, SEED_SEQ);

        if (is_record(seeds, row) && net_record(walk->net, seq) == NET_NOBODY)
            found[count++] = (struct found){call_cell_double(seeds, row, WEIGHT) / walk->total,
                                            seq, NET_NOBODY};
    }
    qsort(found, count, sizeof *found, found_compare);
    *count_out = count < most ? count : most;
    return found;
}

/* One step: a record and the entity that leads on, or an entity from which another does. */
static void
step_emit(const struct walk *walk, uint32_t record, uint32_t entity, struct emit *json)
{
    emit_object(json, NULL);
    if (record != NET_NOBODY)
        emit_long(json, "seq", net_seq(walk->net, record));
    emit_str(json, "entity", net_name(walk->net, entity));
    emit_object_end(json);
}

/* From the seed to a record, which only entities lead to. */
static void
way_emit(struct walk *walk, uint32_t node, struct emit *json)
{
    uint32_t record = NET_NOBODY, *path;
    size_t length = ways_path(&walk->ways, node, &path);

    for (size_t i = 0; i < length; i++) {
        if (path[i] >= walk->net->entities) {
            record = path[i];
            continue;
        }
        step_emit(walk, record, path[i], json);
        record = NET_NOBODY;
    }
}

static struct str
way_of(struct walk *walk, uint32_t node)
{
    struct emit json;
    struct buf buf;

    buf_start(&buf, walk->arena, 128);
    emit_start(&json, &buf);
    emit_array(&json, NULL);
    if (node != NET_NOBODY)
        way_emit(walk, node, &json);
    emit_array_end(&json);
    return (struct str){buf.data, buf.len};
}

/* The best as arrays: enough for the page that is asked for. */
static void
bind_best(struct walk *walk, const struct call *seeds, struct call *hits, struct pipe *pipe,
          size_t most)
{
    struct array *seqs = array_new(pipe, ARRAY_LONG), *scores = array_new(pipe, ARRAY_DOUBLE),
                 *ways = array_new(pipe, ARRAY_JSONB);
    size_t count;
    const struct found *best = walk_best(walk, seeds, most, &count);

    for (size_t i = 0; i < count; i++) {
        array_long(seqs, (long)best[i].seq);
        array_double(scores, best[i].score / best[0].score);
        array_str(ways, way_of(walk, best[i].node));
    }
    call_array(hits, seqs);
    call_array(hits, scores);
    call_array(hits, ways);
}

static struct call *
hits_call(struct pipe *pipe, const struct search *search, struct walk *walk,
          const struct call *seeds)
{
    struct call *call = pipe_add(pipe, STMT_explore_hits);

    walk_start(walk, seeds);
    ways_start(&walk->ways, walk->arena, &walk->net->graph, walk->net->entities);
    ways_walk(&walk->ways, walk->seeds, walk->seeds_count);
    call_str(call, search->database);
    call_str(call, search->collection);
    call_str(call, call_cell(seeds, 0, REASON));
    bind_best(walk, seeds, call, pipe, (size_t)(search->limit + search->offset));
    call_text(call, search->where);
    if (search->has_least)
        call_double(call, search->least);
    else
        call_null(call);
    call_long(call, search->limit);
    call_long(call, search->offset);
    return call;
}

/* What a search does by turns, and by whom it is asked. */
struct trip {
    struct search *search;
    struct conn *conn;
    const struct claims *claims;
    int64_t deadline;
};

static const struct net *
part_fetch(const struct trip *trip, const struct call *seeds, struct err *err)
{
    struct arena *arena = trip->search->vector.arena;
    struct pipe *pipe = pipe_new(trip->conn, arena, trip->claims);
    struct call *part = part_call(pipe, trip->search, seeds);

    trip->search->walked = "part";
    metric_add(METRIC_explored_total__part, 1);
    return pipe_run(pipe, trip->deadline, err) ? part_read(arena, part) : NULL;
}

/* A graph that the request looks at until it ends. */
struct look {
    struct cache *cache;
    struct cache_graph *graph;
};

static void
look_end(void *object)
{
    struct look *look = object;

    cache_leave(look->cache, look->graph);
}

static const struct net *
whole_find(struct search *search, const struct cache_state *state)
{
    struct cache *cache = fill_cache(search->graphs);
    struct cache_graph *graph = cache_find(cache, state);
    struct look *look;

    if (graph == NULL)
        return NULL;
    look = arena_take(search->vector.arena, sizeof *look);
    *look = (struct look){cache, graph};
    arena_defer(search->vector.arena, look_end, look);
    search->walked = "whole";
    metric_add(METRIC_explored_total__whole, 1);
    return cache_net(graph);
}

/* The whole graph in the state that Postgres has just told, or the part around the seeds. */
static const struct net *
net_for(const struct trip *trip, const struct call *seeds, struct err *err)
{
    struct search *search = trip->search;
    int64_t began = clock_us();
    struct cache_state state;
    const struct net *net;

    if (search->graphs == NULL || search->where != NULL)
        return part_fetch(trip, seeds, err);
    fill_state(seeds, 0, TENANT, &state);
    net = whole_find(search, &state);
    if (net != NULL)
        return net;
    net = part_fetch(trip, seeds, err);
    if (cache_spent(fill_cache(search->graphs), &state, clock_us() - began))
        fill_ask(search->graphs, trip->claims, search->database, search->collection, &state);
    return net;
}

bool
explore_run(struct search *search, struct conn *conn, const struct claims *claims,
            int64_t deadline, struct call **call_out, struct err *err)
{
    struct trip trip = {search, conn, claims, deadline};
    struct walk walk = {.arena = search->vector.arena};
    struct pipe *pipe = pipe_new(conn, walk.arena, claims);
    struct call *seeds = seeds_call(pipe, search);

    if (!pipe_run(pipe, deadline, err))
        return false;
    walk.net = net_for(&trip, seeds, err);
    if (walk.net == NULL)
        return false;
    pipe = pipe_new(conn, walk.arena, claims);
    *call_out = hits_call(pipe, search, &walk, seeds);
    return pipe_run(pipe, deadline, err);
}
