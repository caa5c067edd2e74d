/*
 * exec: text that is run as it stands, outside any pipeline.
 */
#include "db/exec.h"

#include "base/clock.h"
#include "db/sqlstate.h"
#include "db/wire.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#define DRAIN_US 500000
#define SHORT_US 10000000 /* for begin, commit and rollback */

/* The line of the text on which the server found the mistake; 0: it did not say. */
static int
error_line(const PGresult *result, const char *text)
{
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    long left = position == NULL ? 0 : strtol(position, NULL, 10);
    int line = left > 0 ? 1 : 0;

    /* The position counts characters: bytes that continue one are not counted. */
    for (const char *at = text; *at != '\0' && left > 1; at++) {
        line += *at == '\n';
        left -= (at[1] & 0xc0) != 0x80;
    }
    return line;
}

static void
exec_refused(const PGresult *result, const char *what, const char *text, struct err *err)
{
    int line = error_line(result, text);
    char place[128];

    if (line > 0)
        snprintf(place, sizeof place, "%s:%d", what, line);
    else
        snprintf(place, sizeof place, "%s", what);
    sqlstate_set(err, result, place);
}

struct run {
    struct conn *conn;
    const char *what, *text;
    int64_t deadline;
    int watch;
    bool final; /* the connection is of no more use */
};

/* Reads all answers; the first error goes to err. */
static enum wire_end
run_read(struct run *run, struct err *err)
{
    PGconn *pg = conn_raw(run->conn);

    for (;;) {
        enum wire_end end = wire_wait(pg, run->deadline, run->watch);
        PGresult *result;

        if (end != WIRE_READY)
            return end;
        result = PQgetResult(pg);
        if (result == NULL)
            return PQstatus(pg) == CONNECTION_OK ? WIRE_READY : WIRE_LOST;
        if (PQresultStatus(result) == PGRES_FATAL_ERROR && PQstatus(pg) == CONNECTION_OK) {
            exec_refused(result, run->what, run->text, err);
            run->final |= sqlstate_is_final(PQresultErrorField(result, PG_DIAG_SQLSTATE));
        }
        PQclear(result);
    }
}

static bool
run_lost(struct run *run, struct err *err)
{
    err_detail(err, "%s: %s", run->what, PQerrorMessage(conn_raw(run->conn)));
    run->final = true;
    return err_set(err, ERR_UNKNOWN_OUTCOME,
                   "the database went away before it answered; it may have done the work");
}

static bool
run_cancel(struct run *run, enum wire_end why, struct err *err)
{
    struct err late = {.kind = ERR_NONE};

    wire_cancel(conn_raw(run->conn));
    run->deadline = clock_us() + DRAIN_US;
    run->watch = -1;
    if (run_read(run, &late) != WIRE_READY)
        run->final = true;
    else if (why == WIRE_LATE && late.kind == ERR_NONE)
        return true; /* it had been done by then */
    err_detail(err, "%s", late.detail);
    if (why == WIRE_GONE)
        return err_set(err, ERR_GONE, "the client left before the answer");
    return err_set(err, ERR_TIMEOUT, "the database did not answer in time");
}

static bool
run_send(struct run *run, struct err *err)
{
    PGconn *pg = conn_raw(run->conn);
    enum wire_end end;

    if (PQsendQuery(pg, run->text) == 0)
        return run_lost(run, err);
    end = run_read(run, err);
    if (end == WIRE_LOST)
        return run_lost(run, err);
    if (end != WIRE_READY)
        return run_cancel(run, end, err);
    return err->kind == ERR_NONE;
}

/* On the connection as it is: within a transaction there is no opening another one. */
static bool
run_here(struct run *run, struct err *err)
{
    int64_t begin = clock_us();
    bool ok;

    if (!conn_is_open(run->conn))
        return err_set(err, ERR_BUSY, "the connection to the database broke");
    ok = run_send(run, err);
    conn_count_trip(run->conn, clock_us() - begin);
    if (run->final)
        conn_drop(run->conn);
    return ok;
}

bool
exec_run(struct conn *conn, const char *what, const char *text, int64_t deadline,
         struct err *err)
{
    struct run run = {.conn = conn, .what = what, .text = text, .deadline = deadline};

    run.watch = conn_watched(conn);
    return conn_need(conn, deadline, err) && run_here(&run, err);
}

static bool
run_word(struct conn *conn, const char *word, struct err *err)
{
    struct run run = {.conn = conn, .what = word, .text = word, .watch = -1};

    run.deadline = clock_us() + SHORT_US;
    return run_here(&run, err);
}

bool
exec_begin(struct conn *conn, struct err *err)
{
    if (!conn_need(conn, clock_us() + SHORT_US, err) || !run_word(conn, "begin", err))
        return false;
    conn_hold(conn);
    return true;
}

bool
exec_commit(struct conn *conn, struct err *err)
{
    conn_release(conn);
    return run_word(conn, "commit", err);
}

void
exec_rollback(struct conn *conn)
{
    struct err err = {.kind = ERR_NONE};

    conn_release(conn);
    if (conn_is_open(conn) && !run_word(conn, "rollback", &err))
        conn_drop(conn);
}
