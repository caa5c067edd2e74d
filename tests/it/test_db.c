/*
 * db: connection, pipeline, exec, notify and migrate keep their word with a real server.
 *
 * KVASIR_TEST_DATABASE is the connection string of a superuser of a migrated database, whose
 * objects are changed; tests/house/sql.sh makes one.
 */
#include "base/clock.h"
#include "db/exec.h"
#include "db/migrate.h"
#include "db/notify.h"
#include "db/pipe.h"

#include "../unit/suite.h"

#include <libpq-fe.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct arena *arena;
static struct conn *conn; /* as kvasir_app */
static PGconn *other;     /* somebody else's session, as superuser */

static const struct claims claims = {
    .kind = CLAIMS_OPEN, .tenant = "default_tenant", .request_id = "r1", .timeout_ms = 20000};

static void
begin(void)
{
    const char *conninfo = getenv("KVASIR_TEST_DATABASE");
    char app[512];

    if (conninfo == NULL)
        exit(77);
    snprintf(app, sizeof app, "%s user=kvasir_app", conninfo);
    arena = arena_new(65536);
    conn = conn_new(app, "test_db");
    other = PQconnectdb(conninfo);
    CU_ASSERT_EQUAL(PQstatus(other), CONNECTION_OK);
}

static void
end(void)
{
    PQfinish(other);
    conn_free(conn);
    arena_free(arena);
}

/* What the other session answers to a statement; "" for no row. */
static const char *
ask(const char *text)
{
    static char answer[256];
    PGresult *result = PQexec(other, text);

    snprintf(answer, sizeof answer, "%s",
             PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "");
    if (PQresultStatus(result) == PGRES_FATAL_ERROR)
        snprintf(answer, sizeof answer, "%s", PQresultErrorMessage(result));
    PQclear(result);
    return answer;
}

static bool
ping(int ms, struct err *err)
{
    struct pipe *pipe = pipe_new(conn, arena, NULL);

    pipe_add(pipe, STMT_ping);
    *err = (struct err){.kind = ERR_NONE};
    return pipe_run(pipe, clock_us() + ms * 1000, err);
}

/* Reads the collections, which waits while the other session has locked the table. */
static enum err_kind
list(int ms, struct err *err)
{
    struct pipe *pipe = pipe_new(conn, arena, &claims);
    struct call *call = pipe_add(pipe, STMT_collection_describe);

    call_text(call, "default_database");
    call_null(call);
    call_long(call, 10);
    call_long(call, 0);
    *err = (struct err){.kind = ERR_NONE};
    if (pipe_run(pipe, clock_us() + ms * 1000, err))
        return ERR_NONE;
    return err->kind;
}

static struct call *
create(struct pipe *pipe, const char *name)
{
    struct call *call = pipe_add(pipe, STMT_collection_create);

    call_text(call, "default_database");
    call_text(call, name);
    call_null(call);
    call_text(call, "cosine");
    call_null(call);
    call_text(call, "english");
    call_text(call, "{}");
    call_bool(call, false);
    call_null(call);
    return call;
}

/* Three records: a whole one, one without anything, one of difficult text. */
static struct call *
put(struct pipe *pipe, const char *name)
{
    static const unsigned char one[12] = {0x3f, 0x80}, half[12] = {0, 0, 0, 0, 0x3f, 0};
    struct call *call = pipe_add(pipe, STMT_record_put);
    struct array *ids = array_new(pipe, ARRAY_TEXT), *texts = array_new(pipe, ARRAY_TEXT);
    struct array *metas = array_new(pipe, ARRAY_JSONB), *uris = array_new(pipe, ARRAY_TEXT);
    struct array *vectors = array_new(pipe, ARRAY_VECTOR);

    array_str(ids, STR("whole")), array_str(texts, STR("a text"));
    array_str(metas, STR("{\"n\": 1}")), array_null(uris), array_vector(vectors, one, 3);
    array_str(ids, STR("bare")), array_null(texts), array_null(metas);
    array_null(uris), array_vector(vectors, NULL, 0);
    array_str(ids, STR("odd")), array_str(texts, STR("{\"a\\b', \xc3\xa9 NULL"));
    array_str(metas, STR("{}")), array_str(uris, STR("")), array_vector(vectors, half, 3);
    call_text(call, "default_database");
    call_text(call, name);
    call_array(call, ids), call_array(call, texts), call_array(call, metas);
    call_array(call, uris), call_array(call, vectors);
    call_null(call);
    return call;
}

static struct call *
get(struct pipe *pipe, const char *name)
{
    struct call *call = pipe_add(pipe, STMT_record_get);

    call_text(call, "default_database");
    call_text(call, name);
    call_null(call), call_null(call);
    call_long(call, 10), call_long(call, 0);
    call_bool(call, true);
    return call;
}

static void
test_arrays_arrive(void)
{
    struct err err = {.kind = ERR_NONE};
    struct call *wrote, *read;
    struct pipe *pipe;

    begin();
    pipe = pipe_new(conn, arena, &claims);
    create(pipe, "arrays");
    wrote = put(pipe, "arrays");
    read = get(pipe, "arrays");
    CU_ASSERT_TRUE(pipe_run(pipe, clock_us() + 20000000, &err));
    CU_ASSERT_STRING_EQUAL(err.detail, "");
    CU_ASSERT_EQUAL(conn_trips(conn, true), 1);
    CU_ASSERT_EQUAL(call_rows(wrote), 1);
    CU_ASSERT_EQUAL(call_rows(read), 3);
    if (call_rows(wrote) == 1 && call_rows(read) == 3) {
        CU_ASSERT_EQUAL(call_cell_long(wrote, 0, 0), 3);
        CU_ASSERT_TRUE(str_is(call_cell(read, 0, 4), "[1,0,0]"));
        CU_ASSERT_TRUE(str_is(call_cell(read, 0, 2), "{\"n\": 1}"));
        CU_ASSERT_TRUE(call_is_null(read, 1, 1) && call_is_null(read, 1, 4));
        CU_ASSERT_TRUE(str_is(call_cell(read, 2, 1), "{\"a\\b', \xc3\xa9 NULL"));
        CU_ASSERT_TRUE(str_is(call_cell(read, 2, 4), "[0,0.5,0]"));
    }
    end();
}

static void
test_one_failure_undoes_all(void)
{
    struct err err = {.kind = ERR_NONE};
    struct pipe *pipe;

    begin();
    pipe = pipe_new(conn, arena, &claims);
    create(pipe, "half");
    call_text(pipe_add(pipe, STMT_key_revoke), "no such key");
    put(pipe, "half");
    CU_ASSERT_FALSE(pipe_run(pipe, clock_us() + 20000000, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_MISSING);
    CU_ASSERT_STRING_EQUAL(err.text, "no API key no such key");
    CU_ASSERT_STRING_EQUAL(ask("select count(*) from kvasir.collection where name = 'half'"),
                           "0");
    CU_ASSERT_TRUE(ping(1000, &err));
    end();
}

static void
test_prepared_once(void)
{
    struct err err;
    PGresult *prepared;

    begin();
    CU_ASSERT_TRUE(ping(5000, &err) && ping(1000, &err));
    for (int i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(list(5000, &err), ERR_NONE);
    CU_ASSERT_EQUAL(conn_trips(conn, true), 5);
    prepared = PQexec(conn_raw(conn), "select string_agg(name, ' ' order by name collate \"C\")"
                                      " from pg_prepared_statements");
    CU_ASSERT_STRING_EQUAL(PQgetvalue(prepared, 0, 0), "claims_open collection_describe ping");
    PQclear(prepared);
    end();
}

static void
test_unknown_tenant(void)
{
    struct claims stranger = claims;
    struct err err = {.kind = ERR_NONE};
    struct pipe *pipe;

    begin();
    stranger.tenant = "nobody";
    pipe = pipe_new(conn, arena, &stranger);
    pipe_add(pipe, STMT_ping);
    CU_ASSERT_FALSE(pipe_run(pipe, clock_us() + 5000000, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_MISSING);
    end();
}

static void
test_deadline_keeps_the_connection(void)
{
    struct err err;
    int64_t begun;

    begin();
    CU_ASSERT_EQUAL(list(5000, &err), ERR_NONE);
    ask("begin; lock table kvasir.collection");
    begun = clock_us();
    CU_ASSERT_EQUAL(list(100, &err), ERR_TIMEOUT);
    CU_ASSERT(clock_us() - begun < 5000000);
    CU_ASSERT_TRUE(conn_is_open(conn));
    ask("rollback");
    CU_ASSERT_EQUAL(list(5000, &err), ERR_NONE);
    end();
}

static void
test_hang_up_cancels(void)
{
    struct err err;
    int pair[2];

    begin();
    CU_ASSERT_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    conn_watch(conn, pair[0]);
    CU_ASSERT_EQUAL(list(5000, &err), ERR_NONE);
    ask("begin; lock table kvasir.collection");
    shutdown(pair[1], SHUT_WR);
    CU_ASSERT_EQUAL(list(5000, &err), ERR_GONE);
    CU_ASSERT_STRING_EQUAL(ask("select count(*) from pg_stat_activity where application_name = "
                               "'test_db' and state = 'active'"),
                           "0");
    ask("rollback");
    conn_watch(conn, -1);
    CU_ASSERT_TRUE(conn_is_open(conn));
    CU_ASSERT_EQUAL(list(5000, &err), ERR_NONE);
    close(pair[0]), close(pair[1]);
    end();
}

static void
test_killed_while_idle(void)
{
    struct err err;

    begin();
    CU_ASSERT_TRUE(ping(5000, &err));
    ask("select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = "
        "'test_db'");
    CU_ASSERT_TRUE(ping(5000, &err));
    end();
}

static void *
kill_soon(void *conninfo)
{
    static const char text[] =
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
        " where application_name = 'test_db' and wait_event_type = 'Lock'";
    PGconn *killer = PQconnectdb(conninfo);

    for (int tries = 0, done = 0; tries < 500 && !done; tries++) {
        PGresult *result = PQexec(killer, text);

        done = PQntuples(result);
        PQclear(result);
        if (!done)
            usleep(10000);
    }
    PQfinish(killer);
    return NULL;
}

static void
test_killed_at_work(void)
{
    pthread_t killer;
    struct err err;

    begin();
    CU_ASSERT_EQUAL(list(5000, &err), ERR_NONE);
    ask("begin; lock table kvasir.collection");
    pthread_create(&killer, NULL, kill_soon, getenv("KVASIR_TEST_DATABASE"));
    CU_ASSERT_EQUAL(list(10000, &err), ERR_BUSY); /* certainly not committed */
    CU_ASSERT_EQUAL(strncmp(err.detail, "57P01 ", 6), 0);
    pthread_join(killer, NULL);
    ask("rollback");
    CU_ASSERT_EQUAL(list(5000, &err), ERR_NONE);
    end();
}

/* More than the kernel's buffers hold, both ways at once. */
static void
test_large_pipeline(void)
{
    enum { SIZE = 20 << 20, CALLS = 3 };
    struct err err = {.kind = ERR_NONE};
    struct pipe *pipe;
    char *text;

    begin();
    text = arena_take(arena, SIZE + 1);
    snprintf(text, SIZE, "{\"a\":\"");
    memset(text + 6, 'x', SIZE - 8);
    snprintf(text + SIZE - 2, 3, "\"}");
    pipe = pipe_new(conn, arena, &claims);
    create(pipe, "large");
    put(pipe, "large");
    for (int i = 0; i < CALLS; i++) {
        struct call *call = pipe_add(pipe, STMT_event_emit);

        call_text(call, "test.large");
        call_null(call);
        call_text(call, text);
        for (int j = 0; j < 200; j++)
            get(pipe, "large");
    }
    CU_ASSERT_TRUE(pipe_run(pipe, clock_us() + 60000000, &err));
    CU_ASSERT_STRING_EQUAL(err.detail, "");
    CU_ASSERT_STRING_EQUAL(ask("select count(*) from kvasir.outbox where type = 'test.large'"),
                           "3");
    end();
}

static void
test_exec(void)
{
    struct conn *admin;
    struct err err = {.kind = ERR_NONE};

    begin();
    admin = conn_new(getenv("KVASIR_TEST_DATABASE"), "test_exec");
    CU_ASSERT_TRUE(exec_run(admin, "a.sql",
                            "create table public.t (a int); insert into public.t values (1)",
                            EXEC_FOREVER, &err));
    CU_ASSERT_TRUE(exec_run(admin, "i", "create index concurrently t_a on public.t (a)",
                            EXEC_FOREVER, &err));
    CU_ASSERT_FALSE(exec_run(admin, "b.sql",
                             "insert into public.t values (2);\n\nselect 1 from nowhere",
                             EXEC_FOREVER, &err));
    CU_ASSERT_STRING_EQUAL(err.detail, "42P01 b.sql:3: relation \"nowhere\" does not exist");
    CU_ASSERT_STRING_EQUAL(ask("select count(*) from public.t"), "1");
    err.kind = ERR_NONE;
    CU_ASSERT_FALSE(exec_run(admin, "sleep", "select pg_sleep(10)", clock_us() + 50000, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_TIMEOUT);
    CU_ASSERT_TRUE(conn_is_open(admin));
    conn_free(admin);
    end();
}

static void
test_lost_transaction_is_not_begun_again(void)
{
    struct conn *admin;
    struct err err = {.kind = ERR_NONE};

    begin();
    admin = conn_new(getenv("KVASIR_TEST_DATABASE"), "test_lost");
    CU_ASSERT_TRUE(exec_begin(admin, &err));
    CU_ASSERT_TRUE(exec_run(admin, "a", "create table public.lost ()", EXEC_FOREVER, &err));
    ask("select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = "
        "'test_lost'");
    CU_ASSERT_FALSE(exec_run(admin, "b", "create table public.found ()", EXEC_FOREVER, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_BUSY);
    exec_rollback(admin);
    err.kind = ERR_NONE;
    CU_ASSERT_TRUE(exec_begin(admin, &err));
    CU_ASSERT_TRUE(exec_commit(admin, &err));
    CU_ASSERT_STRING_EQUAL(ask("select to_regclass('public.lost') is null and "
                               "to_regclass('public.found') is null"),
                           "t");
    conn_free(admin);
    end();
}

static void
test_notify(void)
{
    struct err err = {.kind = ERR_NONE};
    enum notify_why why;
    int pair[2];

    begin();
    CU_ASSERT_TRUE(notify_listen(conn, "kvasir_test", clock_us() + 5000000, &err));
    CU_ASSERT_TRUE(notify_wait(conn, clock_us() + 20000, -1, NULL, &why, &err));
    CU_ASSERT_EQUAL(why, NOTIFY_TIME);
    ask("notify kvasir_test");
    CU_ASSERT_TRUE(notify_wait(conn, clock_us() + 5000000, -1, NULL, &why, &err));
    CU_ASSERT_EQUAL(why, NOTIFY_MESSAGE);
    CU_ASSERT_EQUAL(pipe(pair), 0);
    CU_ASSERT_EQUAL(write(pair[1], "x", 1), 1);
    CU_ASSERT_TRUE(notify_wait(conn, clock_us() + 5000000, pair[0], NULL, &why, &err));
    CU_ASSERT_EQUAL(why, NOTIFY_WAKE);
    ask("select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = "
        "'test_db'");
    CU_ASSERT_FALSE(notify_wait(conn, clock_us() + 5000000, -1, NULL, &why, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_BUSY);
    close(pair[0]), close(pair[1]);
    end();
}

static void
no_word(const struct migrate_step *step)
{
    CU_ASSERT(step->file != NULL);
}

/* Migrates by files of our own, behind those of the program. */
static enum err_kind
migrate(struct conn *admin, const struct schema *extra, size_t count, struct err *err)
{
    struct migrate plan = {.conn = admin, .arena = arena, .says = no_word};
    size_t known;
    const struct schema *rows = schema_rows(&known);
    struct schema *all = arena_take(arena, (known + count) * sizeof *all);
    size_t at = 0, used = 0;

    for (; at < known && rows[at].kind != SCHEMA_FUNCTION; at++)
        all[used++] = rows[at];
    for (size_t i = 0; i < count; i++) {
        all[used] = extra[i];
        all[used].number += (int)at - 1; /* the ledger has no number */
        used++;
    }
    for (; at < known; at++)
        all[used++] = rows[at];
    plan.rows = all;
    plan.count = used;
    *err = (struct err){.kind = ERR_NONE};
    return conn_need(admin, clock_us() + 5000000, err) && migrate_run(&plan, err) ? ERR_NONE
                                                                                  : err->kind;
}

static void
test_migrations(void)
{
    static const struct schema first = {SCHEMA_MIGRATION, 1, "next.sql",
                                        "create table public.m1 ();"};
    static const struct schema edited = {SCHEMA_MIGRATION, 1, "next.sql",
                                         "create table public.mx ();"};
    static const struct schema broken = {SCHEMA_MIGRATION, 2, "broken.sql",
                                         "create table public.m2 ();\nselect nothing;"};
    static const struct schema second = {SCHEMA_MIGRATION, 2, "second.sql",
                                         "create table public.m2 ();"};
    static const struct schema drops = {SCHEMA_MIGRATION, 3, "drops.sql",
                                        "drop function kvasir.index_name(bigint) cascade;"};
    struct conn *admin;
    struct err err;

    begin();
    admin = conn_new(getenv("KVASIR_TEST_DATABASE"), "test_migrate");
    CU_ASSERT_EQUAL(migrate(admin, &first, 1, &err), ERR_NONE);
    CU_ASSERT_EQUAL(migrate(admin, &edited, 1, &err), ERR_CONFLICT);
    CU_ASSERT_EQUAL(strncmp(err.text, "next.sql was edited", 19), 0);
    CU_ASSERT_EQUAL(migrate(admin, NULL, 0, &err), ERR_CONFLICT); /* it is unknown now */
    CU_ASSERT_EQUAL(migrate(admin, (struct schema[]){first, broken}, 2, &err), ERR_INTERNAL);
    CU_ASSERT_STRING_EQUAL(err.detail, "42703 broken.sql:2: column \"nothing\" does not exist");
    CU_ASSERT_STRING_EQUAL(ask("select to_regclass('public.m2') is null"), "t");
    CU_ASSERT_EQUAL(migrate(admin, (struct schema[]){first, second}, 2, &err), ERR_NONE);
    CU_ASSERT_EQUAL(migrate(admin, (struct schema[]){first, second, drops}, 3, &err), ERR_NONE);
    CU_ASSERT_STRING_EQUAL(
        ask("select to_regprocedure('kvasir.index_name(bigint)') is not null "
            "and to_regprocedure('kvasir.index_due(bigint)') is not null"),
        "t");
    ask("delete from kvasir.migration where name = 'drops.sql'");
    ask("delete from kvasir.migration where name = 'next.sql'");
    CU_ASSERT_EQUAL(migrate(admin, (struct schema[]){first, second}, 2, &err), ERR_CONFLICT);
    CU_ASSERT_EQUAL(strncmp(err.text, "second.sql is applied but next.sql", 34), 0);
    ask("delete from kvasir.migration where name = 'second.sql'");
    CU_ASSERT_EQUAL(migrate(admin, NULL, 0, &err), ERR_NONE);
    conn_free(admin);
    end();
}

SUITE("db", {"arrays of text, JSON and vectors arrive with their nulls", test_arrays_arrive},
      {"one failure undoes the whole pipeline", test_one_failure_undoes_all},
      {"statements are prepared once", test_prepared_once},
      {"an unknown tenant is missing", test_unknown_tenant},
      {"a passed deadline cancels and keeps the connection",
       test_deadline_keeps_the_connection},
      {"a client that hangs up has its statement cancelled", test_hang_up_cancels},
      {"a backend killed while idle costs no request", test_killed_while_idle},
      {"a backend killed at work is a certain failure", test_killed_at_work},
      {"60 MB of parameters and results pass each other", test_large_pipeline},
      {"exec names the line and keeps scripts whole", test_exec},
      {"a lost transaction is not begun again by itself",
       test_lost_transaction_is_not_begun_again},
      {"notify wakes, and says when it cannot", test_notify},
      {"migrations apply in order, whole or not at all", test_migrations});
