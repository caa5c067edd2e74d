/*
 * fake_pq: a server that obeys a script, in place of libpq.
 */
#include "fake_pq.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWERS 64

struct pg_result {
    ExecStatusType status;
    char *state, *message;
};

struct pg_conn {
    int fd, peer;
    bool bad, pipeline, arrived;
    int count, next; /* answers of this trip */
    bool ended;      /* the NULL after an answer comes next */
    bool failed;
    char answers[ANSWERS]; /* 'p' to a prepare, 'r' to a run, 's' to a sync, 'q' to a query */
};

struct fake fake;

static void
note(const char *what, const char *name)
{
    size_t used = strlen(fake.sent);

    snprintf(fake.sent + used, sizeof fake.sent - used, "%s%s%s", used == 0 ? "" : " ", what,
             name);
}

void
fake_reset(void)
{
    fake = (struct fake){.event = FAKE_NOTHING};
}

static struct pg_conn *living;

void
fake_close_idle(void)
{
    close(living->peer);
    living->peer = -1;
}

static void
wake(const PGconn *pg)
{
    if (pg->peer >= 0 && write(pg->peer, "x", 1) != 1)
        abort();
}

/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name,readability-function-size)
   The shapes are libpq's; its parameter names are its own. */
PQconninfoOption *
PQconninfoParse(const char *conninfo, char **why)
{
    (void)why;
    return strchr(conninfo, '=') == NULL ? NULL : calloc(1, sizeof(PQconninfoOption));
}

void
PQconninfoFree(PQconninfoOption *options)
{
    free(options);
}

PGconn *
PQconnectStartParams(const char *const *keys, const char *const *values, int expand)
{
    PGconn *pg = calloc(1, sizeof *pg);
    int pair[2];

    (void)keys, (void)values, (void)expand;
    if (pg == NULL || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
        abort();
    pg->fd = pair[0];
    pg->peer = pair[1];
    living = pg;
    note("connect", "");
    return pg;
}

PostgresPollingStatusType
PQconnectPoll(PGconn *pg)
{
    if (fake.forget_connect)
        return PGRES_POLLING_READING;
    pg->bad = fake.refuse_connects > 0;
    fake.refuse_connects -= pg->bad;
    return pg->bad ? PGRES_POLLING_FAILED : PGRES_POLLING_OK;
}

ConnStatusType
PQstatus(const PGconn *pg)
{
    return pg->bad ? CONNECTION_BAD : CONNECTION_OK;
}

PGTransactionStatusType
PQtransactionStatus(const PGconn *pg)
{
    return pg->bad ? PQTRANS_UNKNOWN : PQTRANS_IDLE;
}

int
PQsocket(const PGconn *pg)
{
    return pg->bad ? -1 : pg->fd;
}

char *
PQerrorMessage(const PGconn *pg)
{
    static char message[] = "connection refused", none[] = "";

    return pg->bad ? message : none;
}

int
PQserverVersion(const PGconn *pg)
{
    (void)pg;
    return 150004;
}

void
PQfinish(PGconn *pg)
{
    close(pg->fd);
    if (pg->peer >= 0)
        close(pg->peer);
    free(pg);
    note("finish", "");
}

PQnoticeReceiver
PQsetNoticeReceiver(PGconn *pg, PQnoticeReceiver receiver, void *context)
{
    (void)pg, (void)receiver, (void)context;
    return NULL;
}

int
PQsetnonblocking(PGconn *pg, int on)
{
    (void)pg;
    return on == 1 ? 0 : -1;
}

static int
queue(PGconn *pg, char kind)
{
    if (pg->count == ANSWERS)
        abort();
    pg->answers[pg->count++] = kind;
    return 1;
}

int
PQsendQueryParams(PGconn *pg, const char *text, int count, const Oid *types,
                  const char *const *values, const int *lengths, const int *formats, int format)
{
    (void)text, (void)count, (void)types, (void)values, (void)lengths, (void)formats;
    queue(pg, 'q');
    wake(pg);
    return format == 0;
}

int
PQenterPipelineMode(PGconn *pg)
{
    pg->pipeline = true;
    pg->count = pg->next = 0;
    pg->failed = pg->arrived = pg->ended = false;
    return 1;
}

int
PQexitPipelineMode(PGconn *pg)
{
    pg->pipeline = pg->next < pg->count;
    return !pg->pipeline;
}

int
PQsendPrepare(PGconn *pg, const char *name, const char *text, int count, const Oid *types)
{
    (void)text, (void)count, (void)types;
    note("prepare:", name);
    return queue(pg, 'p');
}

int
PQsendQueryPrepared(PGconn *pg, const char *name, int count, const char *const *values,
                    const int *lengths, const int *formats, int format)
{
    note("run:", name);
    for (int i = 0; i < count; i++) {
        size_t room = sizeof fake.first_bytes[i];
        size_t len = values[i] == NULL ? 0
                     : formats[i] == 1 ? (size_t)lengths[i]
                                       : strlen(values[i]);

        fake.formats[i] = formats[i];
        fake.lengths[i] = values[i] == NULL ? -1 : (int)len;
        if (values[i] != NULL)
            memcpy(fake.first_bytes[i], values[i], len < room ? len : room);
    }
    return format == 0 && queue(pg, 'r');
}

int
PQpipelineSync(PGconn *pg)
{
    note("sync", "");
    if (fake.event != FAKE_SILENCE || fake.at > 0)
        wake(pg);
    return queue(pg, 's');
}

int
PQflush(PGconn *pg)
{
    return pg->bad ? -1 : 0;
}

static bool
stuck(const PGconn *pg)
{
    return pg->pipeline && pg->next == fake.at && !pg->ended &&
           (fake.event == FAKE_SILENCE || fake.event == FAKE_LOSS);
}

int
PQisBusy(PGconn *pg)
{
    return !pg->arrived || stuck(pg);
}

int
PQconsumeInput(PGconn *pg)
{
    char bytes[16];

    pg->bad = (stuck(pg) && fake.event == FAKE_LOSS) ||
              recv(pg->fd, bytes, sizeof bytes, MSG_DONTWAIT) == 0;
    pg->arrived = true;
    if (pg->pipeline && fake.event == FAKE_LOSS)
        wake(pg); /* so that the loss is noticed when its turn comes */
    return !pg->bad;
}

static PGresult *
result(ExecStatusType status, const char *state, const char *message)
{
    PGresult *made = calloc(1, sizeof *made);

    if (made == NULL)
        abort();
    made->status = status;
    made->state = state == NULL ? NULL : strdup(state);
    made->message = message == NULL ? NULL : strdup(message);
    return made;
}

PGresult *
PQgetResult(PGconn *pg)
{
    char kind;

    if (pg->bad)
        return pg->failed ? NULL : (pg->failed = true, result(PGRES_FATAL_ERROR, NULL, "lost"));
    if (pg->ended || pg->next == pg->count) {
        pg->ended = false;
        return NULL;
    }
    kind = pg->answers[pg->next];
    pg->ended = kind != 's';
    if (fake.event == FAKE_ERROR && pg->pipeline && pg->next == fake.at) {
        pg->next += kind != 's';
        pg->failed = true;
        fake.event = FAKE_NOTHING;
        pg->ended = true;
        return result(PGRES_FATAL_ERROR, fake.state, fake.message);
    }
    pg->next++;
    if (kind == 's')
        return result(PGRES_PIPELINE_SYNC, NULL, NULL);
    if (pg->failed)
        return result(PGRES_PIPELINE_ABORTED, NULL, NULL);
    return result(kind == 'p' ? PGRES_COMMAND_OK : PGRES_TUPLES_OK, NULL, NULL);
}

void
PQclear(PGresult *done)
{
    if (done == NULL)
        return;
    free(done->state);
    free(done->message);
    free(done);
}

ExecStatusType
PQresultStatus(const PGresult *res)
{
    return res->status;
}

char *
PQresultErrorField(const PGresult *res, int field)
{
    return field == PG_DIAG_SQLSTATE ? res->state : res->message;
}

char *
PQresultErrorMessage(const PGresult *res)
{
    return res->message;
}

int
PQntuples(const PGresult *res)
{
    return res->status == PGRES_TUPLES_OK ? 1 : 0;
}

int
PQnfields(const PGresult *res)
{
    return PQntuples(res);
}

char *
PQgetvalue(const PGresult *res, int row, int column)
{
    static char oid[] = "16500";

    (void)res, (void)row, (void)column;
    return oid;
}

int
PQgetlength(const PGresult *res, int row, int column)
{
    return (int)strlen(PQgetvalue(res, row, column));
}

int
PQgetisnull(const PGresult *res, int row, int column)
{
    (void)res, (void)row, (void)column;
    return 0;
}

PGcancel *
PQgetCancel(PGconn *pg)
{
    return (PGcancel *)pg;
}

int
PQcancel(PGcancel *cancel, char *why, int size)
{
    PGconn *pg = (PGconn *)cancel;

    note("cancel", "");
    if (fake.cancel_ignored)
        return snprintf(why, (size_t)size, "ignored") < 0;
    fake.event = FAKE_ERROR;
    fake.state = "57014";
    fake.message = "canceling statement due to user request";
    wake(pg);
    return 1;
}

void
PQfreeCancel(PGcancel *cancel)
{
    (void)cancel;
}
/* NOLINTEND(readability-inconsistent-declaration-parameter-name,readability-function-size) */
