/*
 * dial: one attempt to open a connection to Postgres and make its session ours.
 */
#include "db/dial.h"

#include "base/clock.h"
#include "db/stmt.h"
#include "db/wire.h"

#include <ctype.h>
#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

/* libpq explains itself on several lines; a log has one. */
static bool
away(struct err *err, const char *why)
{
    char line[sizeof err->detail];
    size_t len = 0;

    for (; *why != '\0' && len < sizeof line - 1; why++)
        if (!isspace((unsigned char)*why))
            line[len++] = *why;
        else if (len > 0 && line[len - 1] != ' ')
            line[len++] = ' ';
    line[len > 0 && line[len - 1] == ' ' ? len - 1 : len] = '\0';
    err_detail(err, "%s", line);
    return err_set(err, ERR_BUSY, "the database is away; try again in a moment");
}

/* Before libpq sees it: its own complaint would quote the string, password and all. */
static bool
conninfo_check(const char *conninfo, struct err *err)
{
    PQconninfoOption *options = PQconninfoParse(conninfo, NULL);

    if (options == NULL)
        return away(err, "the setting is not a connection string that libpq reads");
    PQconninfoFree(options);
    return true;
}

static PGconn *
dial_start(const struct dial *dial)
{
    /* What stands before dbname, conninfo may override; what stands after, it may not. */
    const char *const pairs[][2] = {
        {"fallback_application_name", dial->application_name},
        {"keepalives_idle", "30"},
        {"keepalives_interval", "10"},
        {"keepalives_count", "3"},
        {"tcp_user_timeout", "10000"},
        {"dbname", dial->conninfo},
        {"client_encoding", "UTF8"},
    };
    enum { PAIRS = sizeof pairs / sizeof pairs[0] };
    const char *keys[PAIRS + 1] = {NULL}, *values[PAIRS + 1] = {NULL};

    for (size_t i = 0; i < PAIRS; i++) {
        keys[i] = pairs[i][0];
        values[i] = pairs[i][1];
    }
    return PQconnectStartParams(keys, values, 1);
}

static bool
dial_wait(PGconn *pg, short events, int64_t deadline)
{
    struct pollfd fd = {.fd = PQsocket(pg), .events = events};
    int ready;

    do
        ready = poll(&fd, 1, clock_left_ms(deadline));
    while ((ready < 0 && errno == EINTR) || (ready == 0 && clock_us() < deadline));
    return ready > 0;
}

static bool
dial_connect(PGconn *pg, int64_t deadline, struct err *err)
{
    short events = POLLOUT; /* as if PQconnectPoll() had last said so */

    if (PQstatus(pg) == CONNECTION_BAD)
        return away(err, PQerrorMessage(pg));
    for (;;) {
        PostgresPollingStatusType next;

        if (!dial_wait(pg, events, deadline))
            return away(err, "no answer within the time for one attempt");
        next = PQconnectPoll(pg);
        if (next == PGRES_POLLING_OK)
            return true;
        if (next == PGRES_POLLING_FAILED)
            return away(err, PQerrorMessage(pg));
        events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    }
}

static bool
session_read(const PGresult *result, struct dial *dial, struct err *err)
{
    if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1)
        return away(err, PQresultErrorMessage(result));
    dial->vector_oid = (uint32_t)strtoul(PQgetvalue(result, 0, 0), NULL, 10);
    return true;
}

/* Settings and the type's oid in one statement: part of connecting, not of any request. */
static bool
session_begin(PGconn *pg, struct dial *dial, struct err *err)
{
    const struct stmt *stmt = stmt_get(STMT_session);
    bool read = false, done = false;

    if (PQsetnonblocking(pg, 1) != 0 ||
        PQsendQueryParams(pg, stmt->text, 0, NULL, NULL, NULL, NULL, 0) == 0)
        return away(err, PQerrorMessage(pg));
    while (!done && wire_wait(pg, dial->deadline, -1) == WIRE_READY) {
        PGresult *result = PQgetResult(pg);

        done = result == NULL;
        if (result != NULL)
            read = session_read(result, dial, err);
        PQclear(result);
    }
    return done && err->kind == ERR_NONE ? read : away(err, "the session could not be set up");
}

/* Notices are for a person at a prompt, and libpq would print them on our standard error. */
static void
notice_ignore(void *nobody, const PGresult *notice)
{
    (void)nobody, (void)notice;
}

PGconn *
dial_open(struct dial *dial, struct err *err)
{
    PGconn *pg;

    if (!conninfo_check(dial->conninfo, err))
        return NULL;
    pg = dial_start(dial);
    if (pg == NULL)
        abort(); /* out of memory */
    PQsetNoticeReceiver(pg, notice_ignore, NULL);
    if (dial_connect(pg, dial->deadline, err) && session_begin(pg, dial, err))
        return pg;
    PQfinish(pg);
    return NULL;
}
