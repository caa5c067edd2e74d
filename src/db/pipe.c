/*
 * pipe: several statements and their commit in one round trip.
 */
#include "db/pipe.h"

#include "base/clock.h"
#include "base/metric.h"
#include "db/call.h"
#include "db/sqlstate.h"
#include "db/wire.h"

#include <assert.h>
#include <libpq-fe.h>
#include <string.h>

#define DRAIN_US  2000000 /* how long a cancelled statement may take to say so */
#define CANCEL_US 100000  /* ... before it is told again */

/* One trip: where its answers have got to. */
struct trip {
    struct pipe *pipe;
    PGconn *pg;
    int64_t deadline;
    struct call *call; /* whose answer comes next; NULL: the commit's */
    bool parsing;      /* the next answer of `call` is to its Parse */
    bool failed;       /* the server refused something, err says what */
    bool final;        /* ... and the connection is of no more use */
};

struct pipe *
pipe_new(struct conn *conn, struct arena *arena, const struct claims *claims)
{
    struct pipe *pipe = arena_take(arena, sizeof *pipe);

    pipe->conn = conn;
    pipe->arena = arena;
    call_claims(pipe, claims);
    return pipe;
}

static struct call *
pipe_append(struct pipe *pipe, struct call *call)
{
    if (pipe->last == NULL)
        pipe->first = call;
    else
        pipe->last->next = call;
    pipe->last = call;
    return call;
}

struct call *
pipe_add(struct pipe *pipe, enum stmt_id stmt)
{
    return pipe_append(pipe, call_new(pipe, stmt, stmt_get(stmt)));
}

struct call *
pipe_add_made(struct pipe *pipe, const struct stmt *made, bool *known)
{
    struct call *call = call_new(pipe, STMT_COUNT, made);

    call->known = known;
    return pipe_append(pipe, call);
}

struct call *
pipe_add_kept(struct pipe *pipe, const char *name, int params)
{
    struct stmt *stmt = arena_take(pipe->arena, sizeof *stmt);
    bool *known = arena_take(pipe->arena, sizeof *known);

    *stmt = (struct stmt){.name = name, .params = params};
    *known = true;
    return pipe_add_made(pipe, stmt, known);
}

/* Words without a name of their own, parsed each time. */
static void
pipe_add_word(struct pipe *pipe, const struct stmt *word)
{
    pipe_add_made(pipe, word, arena_take(pipe->arena, sizeof(bool)));
}

void
pipe_begin(struct pipe *pipe)
{
    static const struct stmt begin = {"", 0, "begin"};

    pipe_add_word(pipe, &begin);
}

void
pipe_commit(struct pipe *pipe)
{
    static const struct stmt commit = {"", 0, "commit"};

    pipe_add_word(pipe, &commit);
}

/* A connection, and one that knows the type of vectors when we send an array of them. */
static bool
pipe_connect(struct pipe *pipe, int64_t deadline, struct err *err)
{
    if (!conn_need(pipe->conn, deadline, err))
        return false;
    if (!array_needs_vector(pipe))
        return true;
    if (conn_vector_oid(pipe->conn) == 0) {
        conn_drop(pipe->conn); /* perhaps the extension came after we connected */
        if (!conn_need(pipe->conn, deadline, err))
            return false;
    }
    if (conn_vector_oid(pipe->conn) == 0)
        return err_set(err, ERR_UNAVAILABLE,
                       "the database has no pgvector: run kvasir migrate");
    array_set_vector(pipe, conn_vector_oid(pipe->conn));
    return true;
}

static bool
sent_before(const struct pipe *pipe, const struct call *call)
{
    for (const struct call *other = pipe->first; other != call; other = other->next)
        if (other->id == call->id)
            return true;
    return false;
}

static bool
needs_parse(const struct call *call)
{
    if (call->known != NULL)
        return !*call->known;
    return !conn_knows(call->pipe->conn, call->id) && !sent_before(call->pipe, call);
}

static bool
call_send(struct call *call, PGconn *pg)
{
    const struct stmt *stmt = call->stmt;

    assert(call->bound == stmt->params);
    call->preparing = needs_parse(call);
    if (call->preparing && PQsendPrepare(pg, stmt->name, stmt->text, 0, NULL) == 0)
        return false;
    return PQsendQueryPrepared(pg, stmt->name, call->bound, call->values, call->lengths,
                               call->formats, call->binary) != 0;
}

static bool
pipe_send(struct pipe *pipe, PGconn *pg, struct err *err)
{
    bool sent = PQenterPipelineMode(pg) != 0;

    for (struct call *call = pipe->first; sent && call != NULL; call = call->next)
        sent = call_send(call, pg);
    if (sent && PQpipelineSync(pg) != 0)
        return true;
    /* Without the Sync the server commits nothing. */
    err_detail(err, "%s", PQerrorMessage(pg));
    conn_drop(pipe->conn);
    return err_set(err, ERR_BUSY,
                   "the connection to the database broke; try again in a moment");
}

static void
trip_refused(struct trip *trip, const PGresult *result, struct err *err)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *what = trip->call == NULL ? "commit" : trip->call->stmt->name;

    if (state == NULL && PQstatus(trip->pg) != CONNECTION_OK)
        return; /* not an answer: trip_lost() decides */
    trip->failed = true;
    trip->final = trip->final || state == NULL || sqlstate_is_final(state);
    if (trip->call == NULL && state != NULL && sqlstate_is_final(state))
        /* All statements were done: the server may have died before or after the commit. */
        err_set(err, ERR_UNKNOWN_OUTCOME, "the database went away during the commit");
    sqlstate_set(err, result, what);
}

/* Take one answer; true when it was the Sync's, the last. */
static bool
trip_take(struct trip *trip, PGresult *result, struct err *err)
{
    ExecStatusType status = PQresultStatus(result);
    bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

    if (good && trip->call != NULL && !trip->parsing) {
        call_set_result(trip->call, result);
        return false;
    }
    if (good && trip->call != NULL && trip->call->known != NULL)
        *trip->call->known = true;
    else if (good && trip->call != NULL)
        conn_learn(trip->pipe->conn, trip->call->id);
    else if (status != PGRES_PIPELINE_SYNC && status != PGRES_PIPELINE_ABORTED)
        trip_refused(trip, result, err);
    PQclear(result);
    return status == PGRES_PIPELINE_SYNC;
}

/* libpq ends the answers of each message by a NULL. */
static void
trip_next(struct trip *trip)
{
    if (trip->call == NULL)
        return;
    if (trip->parsing) {
        trip->parsing = false;
        return;
    }
    trip->call = trip->call->next;
    trip->parsing = trip->call != NULL && trip->call->preparing;
}

static enum wire_end
trip_read(struct trip *trip, int watch, struct err *err)
{
    for (;;) {
        enum wire_end end = wire_wait(trip->pg, trip->deadline, watch);
        PGresult *result;

        if (end != WIRE_READY)
            return end;
        result = PQgetResult(trip->pg);
        if (result == NULL && PQstatus(trip->pg) != CONNECTION_OK)
            return WIRE_LOST;
        if (result == NULL)
            trip_next(trip);
        else if (trip_take(trip, result, err))
            return WIRE_READY;
    }
}

/* The connection died: what it said before it did may tell that nothing was committed. */
static bool
trip_lost(struct trip *trip, struct err *err)
{
    int nulls = 0;

    while (!trip->failed && nulls < 3) {
        PGresult *result = PQgetResult(trip->pg); /* does not wait: the socket is closed */

        if (result == NULL) {
            nulls++;
            trip_next(trip);
        } else {
            nulls = PQresultStatus(result) == PGRES_FATAL_ERROR ? nulls + 1 : 0;
            trip_take(trip, result, err);
        }
    }
    err_detail(err, "%s", PQerrorMessage(trip->pg));
    conn_drop(trip->pipe->conn);
    return err_set(err, ERR_UNKNOWN_OUTCOME,
                   "the database went away before it answered; it may have done the work");
}

/* A request to cancel is lost when the server had not begun the statement yet: ask again. */
static enum wire_end
trip_drain(struct trip *trip, struct err *err)
{
    int64_t patience = clock_us() + DRAIN_US;
    enum wire_end end = WIRE_LATE;

    while (end == WIRE_LATE && clock_us() < patience) {
        wire_cancel(trip->pg);
        trip->deadline = clock_us() + CANCEL_US;
        end = trip_read(trip, -1, err);
    }
    return end;
}

/* Nobody wants the answer any more: have it stopped, and keep the connection if it obeys. */
static bool
trip_cancel(struct trip *trip, enum wire_end why, struct err *err)
{
    struct err late = {.kind = ERR_NONE};

    if (why == WIRE_GONE)
        metric_add(METRIC_db_cancels_total, 1);
    if (trip_drain(trip, &late) != WIRE_READY)
        trip->final = true;
    else if (why == WIRE_LATE && !trip->failed)
        return true; /* it had been done by then */
    err_detail(err, "%s", late.detail);
    if (why == WIRE_GONE)
        return err_set(err, ERR_GONE, "the client left before the answer");
    return err_set(err, ERR_TIMEOUT, "the database did not answer in time");
}

static bool
trip_end(struct trip *trip, enum wire_end end, struct err *err)
{
    bool done = !trip->failed;

    if (end == WIRE_LOST)
        return trip_lost(trip, err);
    if (end != WIRE_READY)
        done = trip_cancel(trip, end, err);
    if (trip->final || PQexitPipelineMode(trip->pg) == 0)
        conn_drop(trip->pipe->conn);
    return done;
}

bool
pipe_run(struct pipe *pipe, int64_t deadline, struct err *err)
{
    struct trip trip = {.pipe = pipe, .deadline = deadline, .call = pipe->first};
    int64_t begin;
    bool ok;

    if (pipe->refused.kind != ERR_NONE)
        return err_set(err, pipe->refused.kind, "%s", pipe->refused.text);
    if (pipe->first == NULL)
        return true;
    if (!pipe_connect(pipe, deadline, err))
        return false;
    begin = clock_us();
    if (begin >= deadline)
        return err_set(err, ERR_TIMEOUT, "no time was left to ask the database");
    trip.pg = conn_raw(pipe->conn);
    if (!pipe_send(pipe, trip.pg, err))
        return false;
    trip.parsing = pipe->first->preparing;
    ok = trip_end(&trip, trip_read(&trip, conn_watched(pipe->conn), err), err);
    conn_count_trip(pipe->conn, clock_us() - begin);
    return ok;
}
