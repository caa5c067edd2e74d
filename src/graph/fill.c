/*
 * fill: reads whole graphs of collections into the cache, in a thread of its own.
 */
#include "graph/fill.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/signals.h"
#include "db/pipe.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE        100000   /* mentions or relations */
#define PAGE_US     10000000 /* longest wait for one */
#define JOBS_MOST   16
#define ARENA_FIRST ((size_t)64 << 10)

struct job {
    struct job *next;
    struct arena *arena; /* in which it is */
    struct claims claims;
    struct str database, collection;
    struct cache_state state;
};

struct fill {
    pthread_mutex_t lock;
    pthread_cond_t some;
    pthread_t thread;
    bool ends;
    struct job *first;
    size_t jobs;
    struct cache *cache;
    struct conn *conn; /* the thread's */
};

/* Columns of a page of mentions, and of relations. */
enum { KEY, NAME, KIND, RECORDS };
enum { ID, SUBJECT, OBJECT, ENDS };

/* A graph while it is read. */
struct reading {
    struct fill *fill;
    const struct job *job;
    struct arena *arena;
    struct net_draft draft;
    int64_t until;
    bool is_past, too_large;
};

void
fill_state(const struct call *call, size_t row, int column, struct cache_state *state_out)
{
    struct str tenant = call_cell(call, row, column);

    *state_out = (struct cache_state){.number = call_cell_long(call, row, column + 1),
                                      .writes = call_cell_long(call, row, column + 2),
                                      .mark = call_cell_long(call, row, column + 3),
                                      .moment = call_cell_long(call, row, column + 4)};
    snprintf(state_out->tenant, sizeof state_out->tenant, "%.*s", (int)tenant.len, tenant.at);
}

static bool
is_ending(struct fill *fill)
{
    bool ends;

    pthread_mutex_lock(&fill->lock);
    ends = fill->ends;
    pthread_mutex_unlock(&fill->lock);
    return ends;
}

static struct call *
call_of(struct pipe *pipe, const struct job *job, enum stmt_id stmt)
{
    struct call *call = pipe_add(pipe, stmt);

    call_str(call, job->database);
    call_str(call, job->collection);
    return call;
}

/* Runs a page and looks which state the graph is in behind it; false also when it is another.
 */
static bool
page_run(struct reading *reading, struct pipe *pipe, struct err *err)
{
    struct call *epoch = call_of(pipe, reading->job, STMT_explore_epoch);
    struct cache_state now;

    if (!pipe_run(pipe, clock_us() + PAGE_US, err))
        return false;
    fill_state(epoch, 0, 0, &now);
    reading->is_past = !cache_same(&now, &reading->job->state);
    reading->too_large = net_draft_bytes(&reading->draft) > cache_most(reading->fill->cache);
    return !reading->is_past && !reading->too_large && !is_ending(reading->fill);
}

static size_t
mentions_take(struct reading *reading, const struct call *page)
{
    size_t taken = 0;

    for (size_t row = 0; row < call_rows(page); row++) {
        struct str records = call_cell(page, row, RECORDS);

        net_draft_entity(&reading->draft, call_cell(page, row, NAME), records);
        taken += records.len / sizeof(int64_t);
    }
    return taken;
}

/* The last eight bytes: a big-endian number. */
static long
last_of(struct str records)
{
    uint64_t value = 0;

    for (size_t i = records.len - sizeof value; i < records.len; i++)
        value = value << 8 | (unsigned char)records.at[i];
    return (long)value;
}

static bool
mentions_read(struct reading *reading, struct err *err)
{
    struct str key = STR("");
    long kind = -1, seq = 0;
    size_t taken = PAGE;

    while (taken == PAGE) {
        struct pipe *pipe =
            pipe_new(reading->fill->conn, reading->arena, &reading->job->claims);
        struct call *page = call_of(pipe, reading->job, STMT_explore_mentions);
        size_t rows;

        call_binary(page);
        call_str(page, key);
        call_long(page, kind);
        call_long(page, seq);
        call_long(page, PAGE);
        if (!page_run(reading, pipe, err))
            return false;
        taken = mentions_take(reading, page);
        rows = call_rows(page);
        if (taken == PAGE) {
            key = call_cell(page, rows - 1, KEY);
            kind = call_cell_long(page, rows - 1, KIND);
            seq = last_of(call_cell(page, rows - 1, RECORDS));
        }
    }
    return true;
}

/* Entities of which no record speaks can be bridges too. */
static void
relation_take(struct reading *reading, const struct call *page, size_t row)
{
    struct str a = call_cell(page, row, SUBJECT), b = call_cell(page, row, OBJECT);
    int64_t ends = call_cell_long(page, row, ENDS);

    net_draft_entity(&reading->draft, a, STR(""));
    net_draft_entity(&reading->draft, b, STR(""));
    net_draft_relation(&reading->draft, a, b);
    if (!call_is_null(page, row, ENDS) && ends < reading->until)
        reading->until = ends;
}

static bool
relations_read(struct reading *reading, struct err *err)
{
    size_t taken = PAGE;
    long id = 0;

    while (taken == PAGE) {
        struct pipe *pipe =
            pipe_new(reading->fill->conn, reading->arena, &reading->job->claims);
        struct call *page = call_of(pipe, reading->job, STMT_explore_relations);

        call_long(page, id);
        call_long(page, PAGE);
        if (!page_run(reading, pipe, err))
            return false;
        taken = call_rows(page);
        for (size_t row = 0; row < taken; row++)
            relation_take(reading, page, row);
        if (taken > 0)
            id = call_cell_long(page, taken - 1, ID);
    }
    return true;
}

static void
keep(struct reading *reading, int64_t began)
{
    const struct cache_state *state = &reading->job->state;
    struct net *net = net_make(&reading->draft, NULL);
    uint32_t entities = net->entities, records = net->records;
    uint32_t edges = net->graph.first[net->graph.nodes] / 2;
    size_t bytes = net->bytes;
    int64_t took = clock_us() - began;

    if (!cache_put(reading->fill->cache, state, net, reading->until, took)) {
        log_say(LOG_INFO_LEVEL, "graph.large",
                "collection %ld: %zu kB do not fit into explore_cache", state->number,
                bytes / 1024);
        return;
    }
    metric_add(METRIC_graphs_read_total, 1);
    log_say(LOG_INFO_LEVEL, "graph.whole",
            "collection %ld: %u records, %u entities, %u edges, %zu kB in %ld ms",
            state->number, records, entities, edges, bytes / 1024, (long)(took / 1000));
}

static void
give_up(const struct reading *reading, const struct err *err, int64_t began)
{
    const struct cache_state *state = &reading->job->state;
    const char *why = reading->is_past        ? "it was written meanwhile"
                      : reading->too_large    ? "it does not fit into explore_cache"
                      : err->kind != ERR_NONE ? err->text
                                              : "the program ends";

    cache_not(reading->fill->cache, state, clock_us() - began, reading->too_large);
    log_say(LOG_INFO_LEVEL, "graph.not", "collection %ld is not kept whole: %s", state->number,
            why);
}

static void
job_do(struct fill *fill, const struct job *job)
{
    struct reading reading = {.fill = fill, .job = job, .until = INT64_MAX};
    struct err err = {.kind = ERR_NONE};
    int64_t began = clock_us();

    reading.arena = arena_new(ARENA_FIRST);
    net_draft_start(&reading.draft, reading.arena);
    if (mentions_read(&reading, &err) && relations_read(&reading, &err))
        keep(&reading, began);
    else
        give_up(&reading, &err, began);
    arena_free(reading.arena);
}

static void *
fill_main(void *argument)
{
    struct fill *fill = argument;

    signals_block();
    pthread_mutex_lock(&fill->lock);
    for (;;) {
        struct job *job;

        while (fill->first == NULL && !fill->ends)
            pthread_cond_wait(&fill->some, &fill->lock);
        if (fill->ends)
            break;
        job = fill->first;
        fill->first = job->next;
        fill->jobs--;
        pthread_mutex_unlock(&fill->lock);
        job_do(fill, job);
        arena_free(job->arena);
        pthread_mutex_lock(&fill->lock);
    }
    pthread_mutex_unlock(&fill->lock);
    return NULL;
}

struct fill *
fill_new(const char *conninfo, long megabytes)
{
    struct fill *fill;

    if (megabytes == 0)
        return NULL;
    fill = calloc(1, sizeof *fill);
    if (fill == NULL)
        abort();
    pthread_mutex_init(&fill->lock, NULL);
    pthread_cond_init(&fill->some, NULL);
    fill->cache = cache_new((size_t)megabytes << 20);
    fill->conn = conn_new(conninfo, "kvasir-graphs");
    if (pthread_create(&fill->thread, NULL, fill_main, fill) != 0)
        abort(); /* at start, out of memory or processes: as everywhere */
    return fill;
}

void
fill_free(struct fill *fill)
{
    if (fill == NULL)
        return;
    pthread_mutex_lock(&fill->lock);
    fill->ends = true;
    pthread_cond_signal(&fill->some);
    pthread_mutex_unlock(&fill->lock);
    pthread_join(fill->thread, NULL);
    for (struct job *job = fill->first, *next; job != NULL; job = next) {
        next = job->next;
        arena_free(job->arena);
    }
    conn_free(fill->conn);
    cache_free(fill->cache);
    pthread_cond_destroy(&fill->some);
    pthread_mutex_destroy(&fill->lock);
    free(fill);
}

struct cache *
fill_cache(struct fill *fill)
{
    return fill->cache;
}

static const char *
copy(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_strdup(arena, text);
}

static struct job *
job_new(const struct claims *claims, struct str database, struct str collection,
        const struct cache_state *state)
{
    struct arena *arena = arena_new(4096);
    struct job *job = arena_take(arena, sizeof *job);

    *job = (struct job){.arena = arena, .claims = *claims, .state = *state};
    job->claims.tenant = copy(arena, claims->tenant);
    job->claims.key_id = copy(arena, claims->key_id);
    job->claims.scope = "read";
    job->claims.request_id = copy(arena, claims->request_id);
    job->claims.trace = copy(arena, claims->trace);
    job->claims.label = NULL;
    job->claims.timeout_ms = PAGE_US / 1000;
    job->database = str_of(str_copy(arena, database));
    job->collection = str_of(str_copy(arena, collection));
    return job;
}

void
fill_ask(struct fill *fill, const struct claims *claims, struct str database,
         struct str collection, const struct cache_state *state)
{
    /* Whoever works on a task may be done with it before its graph is read. */
    bool taken = claims->kind == CLAIMS_OPEN || claims->kind == CLAIMS_KEY;

    pthread_mutex_lock(&fill->lock);
    taken = taken && fill->jobs < JOBS_MOST;
    if (taken) {
        struct job *job = job_new(claims, database, collection, state);
        struct job **last = &fill->first;

        while (*last != NULL)
            last = &(*last)->next;
        *last = job;
        fill->jobs++;
        pthread_cond_signal(&fill->some);
    }
    pthread_mutex_unlock(&fill->lock);
    if (!taken)
        cache_not(fill->cache, state, 0, false);
}
