/*
 * index_job: build the HNSW indexes that collections have earned, without stopping anybody.
 */
#include "search/index_job.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/str.h"
#include "db/exec.h"
#include "db/pipe.h"

#define POSTGRES_US   10000000
#define REST_LEAST_US INT64_C(1000000)
#define REST_MOST_US  INT64_C(600000000)

struct due {
    long number;
    struct str action, tenant, collection;
    long vectors;
};

static const struct claims no_claims = {.kind = CLAIMS_NONE};

static bool
run(struct pipe *pipe, struct err *err)
{
    return pipe_run(pipe, clock_us() + POSTGRES_US, err);
}

/* One statement with the number of a collection; its only cell. */
static bool
ask(enum stmt_id stmt, long number, struct conn *conn, struct arena *arena,
    struct str *cell_out, struct err *err)
{
    struct pipe *pipe = pipe_new(conn, arena, &no_claims);
    struct call *call = pipe_add(pipe, stmt);

    call_long(call, number);
    if (!run(pipe, err))
        return false;
    *cell_out = call_rows(call) == 0 ? (struct str){NULL, 0} : call_cell(call, 0, 0);
    return true;
}

static bool
say_state(long number, const char *state, const char *note, struct conn *conn,
          struct arena *arena, struct err *err)
{
    struct pipe *pipe = pipe_new(conn, arena, &no_claims);
    struct call *call = pipe_add(pipe, STMT_index_state);

    call_long(call, number);
    call_text(call, state);
    call_text(call, note);
    return run(pipe, err);
}

static struct index_job_rest *
rest_of(struct index_job *job, long number)
{
    struct index_job_rest *rest = &job->rest[number % INDEX_JOB_SLOTS];

    if (rest->number != number)
        *rest = (struct index_job_rest){.number = number};
    return rest;
}

/* A second, then twice as long each time up to ten minutes. */
static void
rest_longer(struct index_job_rest *rest)
{
    int64_t pause = REST_LEAST_US << (rest->failures < 10 ? rest->failures : 10);

    rest->failures++;
    rest->until = clock_us() + (pause < REST_MOST_US ? pause : REST_MOST_US);
}

static bool
build_steps(struct index_job *job, const struct due *due, struct conn *conn,
            struct arena *arena, struct err *err)
{
    struct pipe *pipe = pipe_new(conn, arena, &no_claims);
    struct call *steps = pipe_add(pipe, STMT_index_steps);

    call_long(steps, due->number);
    call_long(steps, job->memory_mb);
    call_long(steps, rest_of(job, due->number)->failures > 0 ? 0 : job->workers);
    if (!run(pipe, err))
        return false;
    for (size_t i = 0; i < call_rows(steps); i++)
        if (!exec_run(conn, "index build", str_copy(arena, call_cell(steps, i, 0)),
                      EXEC_FOREVER, err))
            return false;
    return true;
}

/* The collection may have been deleted while its index was being built: then nothing failed. */
static bool
built(const struct due *due, int64_t began, struct conn *conn, struct arena *arena,
      struct err *err)
{
    double seconds = (double)(clock_us() - began) / 1e6;
    const char *note =
        str_format(arena, "%ld vectors indexed in %.1f s", due->vectors, seconds);
    struct str valid;

    if (!ask(STMT_index_outcome, due->number, conn, arena, &valid, err))
        return false;
    if (!str_is(valid, "t"))
        return true;
    if (!say_state(due->number, "ready", note, conn, arena, err))
        return false;
    metric_add(METRIC_indexes_built_total, 1);
    log_say(LOG_INFO_LEVEL, "index.built", "%.*s of %.*s: %s", (int)due->collection.len,
            due->collection.at, (int)due->tenant.len, due->tenant.at, note);
    return true;
}

/* With the claim in our session: look again, as another engine may have just ended. */
static bool
build_claimed(struct index_job *job, const struct due *due, struct conn *conn,
              struct arena *arena, struct err *err)
{
    int64_t began = clock_us();
    bool anew = str_is(due->action, "rebuild"); /* the index that there is goes on being used */

    log_say(LOG_INFO_LEVEL, anew ? "index.rebuilding" : "index.building",
            "%.*s of %.*s: %ld vectors", (int)due->collection.len, due->collection.at,
            (int)due->tenant.len, due->tenant.at, due->vectors);
    return (anew || say_state(due->number, "building", NULL, conn, arena, err)) &&
           build_steps(job, due, conn, arena, err) && built(due, began, conn, arena, err);
}

/* The session may still be the owner and holds the claim: it ends, and both with it.  True when
   that was no failure: the build was cancelled (by index_job_give_way()) or lost a deadlock, so
   somebody wanted the table to himself. */
static bool
build_ended(struct index_job *job, const struct due *due, struct conn *conn,
            struct arena *arena, const struct err *why)
{
    struct err err = {0};
    bool gave_way = why->kind == ERR_TIMEOUT || why->kind == ERR_CONFLICT;

    conn_drop(conn);
    if (why->kind == ERR_GONE)
        return false;
    rest_longer(rest_of(job, due->number));
    if (gave_way)
        log_say(LOG_INFO_LEVEL, "index.gave_way", "%.*s of %.*s is wanted by somebody else",
                (int)due->collection.len, due->collection.at, (int)due->tenant.len,
                due->tenant.at);
    else if (!str_is(due->action, "rebuild") &&
             !say_state(due->number, "none",
                        "building the index failed; the engine's log tells why", conn, arena,
                        &err))
        log_say(LOG_DEBUG_LEVEL, "index.state", "%s", err.text);
    return gave_way;
}

static bool
build(struct index_job *job, const struct due *due, struct conn *conn, struct arena *arena,
      struct err *err)
{
    struct str claimed, released;

    if (clock_us() < rest_of(job, due->number)->until)
        return true;
    if (!ask(STMT_index_claim, due->number, conn, arena, &claimed, err))
        return false;
    if (!str_is(claimed, "t"))
        return true; /* another engine is at it */
    if (!build_claimed(job, due, conn, arena, err))
        return build_ended(job, due, conn, arena, err);
    rest_of(job, due->number)->failures = 0;
    return ask(STMT_index_release, due->number, conn, arena, &released, err);
}

static bool
act(struct index_job *job, const struct due *due, struct conn *conn, struct arena *arena,
    struct err *err)
{
    if (str_is(due->action, "build") || str_is(due->action, "rebuild"))
        return build(job, due, conn, arena, err);
    if (str_is(due->action, "exact"))
        return say_state(due->number, "none", "exact: an index ends at 4000 dimensions", conn,
                         arena, err);
    return say_state(due->number, str_copy(arena, due->action), NULL, conn, arena, err);
}

/* The first reason is kept; a lost connection or the wish to end stops the round. */
static bool
act_all(struct index_job *job, const struct call *due, struct conn *conn, struct arena *arena,
        struct err *err)
{
    for (size_t i = 0; i < call_rows(due); i++) {
        struct due row = {
            .number = call_cell_long(due, i, 0),
            .action = call_cell(due, i, 1),
            .tenant = call_cell(due, i, 2),
            .collection = call_cell(due, i, 3),
            .vectors = call_cell_long(due, i, 4),
        };
        struct err why = {0};

        if (act(job, &row, conn, arena, &why))
            continue;
        if (err->kind == ERR_NONE)
            *err = why;
        if (why.kind == ERR_GONE || why.kind == ERR_BUSY || why.kind == ERR_UNKNOWN_OUTCOME)
            break;
    }
    return err->kind == ERR_NONE;
}

bool
index_job_step(struct index_job *job, struct conn *conn, struct arena *arena, struct err *err)
{
    struct pipe *pipe = pipe_new(conn, arena, &no_claims);
    struct call *due = pipe_add(pipe, STMT_index_due);

    call_long(due, job->threshold);
    return run(pipe, err) && act_all(job, due, conn, arena, err);
}

bool
index_job_give_way(struct conn *conn, struct arena *arena, struct err *err)
{
    struct pipe *pipe = pipe_new(conn, arena, &no_claims);

    pipe_add(pipe, STMT_index_give_way);
    return run(pipe, err);
}
