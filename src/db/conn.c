/*
 * conn: one thread's connection to Postgres, opened when needed and again when lost.
 */
#include "db/conn.h"

#include "base/clock.h"
#include "base/metric.h"
#include "db/dial.h"
#include "db/wire.h"

#include <assert.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#define ATTEMPT_US     1500000 /* one attempt to connect takes no longer */
#define BACKOFF_MIN_US 100000
#define BACKOFF_MAX_US 2000000

struct conn {
    char *conninfo;
    char *application_name;
    PGconn *pg; /* NULL: closed */
    uint32_t vector_oid;
    int version;
    int watch;
    int trips;
    int holds;        /* who needs this very session */
    int64_t retry_at; /* no attempt before */
    int64_t backoff;  /* length of the next wait */
    uint32_t jitter;
    bool prepared[STMT_COUNT]; /* statements that this session knows */
    _Alignas(16) unsigned char notes[CONN_NOTES_COUNT][CONN_NOTES];
};

static char *
copy(const char *text)
{
    char *own = strdup(text);

    if (own == NULL)
        abort();
    return own;
}

struct conn *
conn_new(const char *conninfo, const char *application_name)
{
    struct conn *conn = calloc(1, sizeof *conn);

    if (conn == NULL)
        abort();
    conn->conninfo = copy(conninfo);
    conn->application_name = copy(application_name);
    conn->watch = -1;
    conn->backoff = BACKOFF_MIN_US;
    conn->jitter = (uint32_t)clock_us() ^ (uint32_t)(uintptr_t)conn;
    return conn;
}

void
conn_free(struct conn *conn)
{
    if (conn == NULL)
        return;
    conn_drop(conn);
    /* A password may stand in it. */
    explicit_bzero(conn->conninfo, strlen(conn->conninfo));
    free(conn->conninfo);
    free(conn->application_name);
    free(conn);
}

void
conn_drop(struct conn *conn)
{
    if (conn->pg != NULL)
        PQfinish(conn->pg);
    conn->pg = NULL;
    memset(conn->prepared, 0, sizeof conn->prepared);
    memset(conn->notes, 0, sizeof conn->notes);
}

void *
conn_notes(struct conn *conn, enum conn_notes whose)
{
    return conn->notes[whose];
}

/* Between half and all of the backoff, so that many threads do not knock at the same time. */
static int64_t
backoff_next(struct conn *conn)
{
    int64_t half = conn->backoff / 2;

    conn->jitter = conn->jitter * 1664525u + 1013904223u;
    conn->backoff = conn->backoff * 2 > BACKOFF_MAX_US ? BACKOFF_MAX_US : conn->backoff * 2;
    return half + (int64_t)(conn->jitter >> 8) * half / (1 << 24);
}

static bool
conn_open(struct conn *conn, int64_t deadline, struct err *err)
{
    int64_t patience = clock_us() + ATTEMPT_US;
    struct dial dial = {
        .conninfo = conn->conninfo,
        .application_name = conn->application_name,
        .deadline = deadline < patience ? deadline : patience,
    };

    conn->pg = dial_open(&dial, err);
    if (conn->pg == NULL) {
        conn->retry_at = clock_us() + backoff_next(conn);
        return false;
    }
    metric_add(METRIC_db_connects_total, 1);
    conn->backoff = BACKOFF_MIN_US;
    conn->vector_oid = dial.vector_oid;
    conn->version = PQserverVersion(conn->pg);
    return true;
}

bool
conn_need(struct conn *conn, int64_t deadline, struct err *err)
{
    if (conn->pg != NULL && wire_is_alive(conn->pg))
        return true;
    conn_drop(conn); /* closed while we slept: nothing was sent, so nothing is lost */
    if (conn->holds > 0)
        return err_set(err, ERR_BUSY, "the connection to the database broke in the middle");
    if (clock_us() < conn->retry_at) {
        err_detail(err, "waiting between attempts to connect");
        return err_set(err, ERR_BUSY, "the database is away; try again in a moment");
    }
    return conn_open(conn, deadline, err);
}

void
conn_hold(struct conn *conn)
{
    conn->holds++;
}

void
conn_release(struct conn *conn)
{
    assert(conn->holds > 0);
    conn->holds--;
}

bool
conn_is_open(const struct conn *conn)
{
    return conn->pg != NULL;
}

bool
conn_in_transaction(const struct conn *conn)
{
    PGTransactionStatusType status =
        conn->pg == NULL ? PQTRANS_IDLE : PQtransactionStatus(conn->pg);

    return status == PQTRANS_ACTIVE || status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

void
conn_watch(struct conn *conn, int fd)
{
    conn->watch = fd;
}

int
conn_watched(const struct conn *conn)
{
    return conn->watch;
}

int
conn_trips(struct conn *conn, bool reset)
{
    int trips = conn->trips;

    if (reset)
        conn->trips = 0;
    return trips;
}

void
conn_count_trip(struct conn *conn, int64_t us)
{
    conn->trips++;
    metric_add(METRIC_db_round_trips_total, 1);
    metric_time(METRIC_db_seconds, us);
}

int
conn_server_version(const struct conn *conn)
{
    return conn->version;
}

struct pg_conn *
conn_raw(struct conn *conn)
{
    return conn->pg;
}

uint32_t
conn_vector_oid(const struct conn *conn)
{
    return conn->vector_oid;
}

bool
conn_knows(const struct conn *conn, enum stmt_id stmt)
{
    return conn->prepared[stmt];
}

void
conn_learn(struct conn *conn, enum stmt_id stmt)
{
    conn->prepared[stmt] = true;
}
