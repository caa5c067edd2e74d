/*
 * pipe: what a request may rely on when Postgres is slow, refuses, or goes away.
 */
#include "base/clock.h"
#include "db/pipe.h"

#include "fake_pq.h"
#include "suite.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct arena *arena;
static struct conn *conn;

static void
begin(void)
{
    fake_reset();
    arena = arena_new(4096);
    conn = conn_new("host=db", "test");
}

static void
end(void)
{
    conn_free(conn);
    arena_free(arena);
}

/* A pipeline of so many pings, within so many milliseconds. */
static struct err
run(int pings, int ms)
{
    struct err err = {.kind = ERR_NONE};
    struct pipe *pipe = pipe_new(conn, arena, NULL);

    for (int i = 0; i < pings; i++)
        pipe_add(pipe, STMT_ping);
    if (pipe_run(pipe, clock_us() + ms * 1000, &err))
        CU_ASSERT_EQUAL(err.kind, ERR_NONE);
    return err;
}

static void
test_one_trip(void)
{
    struct claims claims = {.kind = CLAIMS_OPEN, .tenant = "someone", .request_id = "r1"};
    struct err err = {.kind = ERR_NONE};
    struct pipe *pipe;

    begin();
    pipe = pipe_new(conn, arena, &claims);
    pipe_add(pipe, STMT_ping);
    CU_ASSERT_TRUE(pipe_run(pipe, clock_us() + 1000000, &err));
    CU_ASSERT_STRING_EQUAL(
        fake.sent, "connect prepare:claims_open run:claims_open prepare:ping run:ping sync");
    CU_ASSERT_EQUAL(conn_trips(conn, true), 1);
    CU_ASSERT_EQUAL(conn_trips(conn, false), 0);
    CU_ASSERT_EQUAL(conn_vector_oid(conn), 16500);
    CU_ASSERT_EQUAL(conn_server_version(conn), 150004);
    end();
}

static void
test_prepares_once(void)
{
    begin();
    CU_ASSERT_EQUAL(run(2, 1000).kind, ERR_NONE);
    CU_ASSERT_EQUAL(run(1, 1000).kind, ERR_NONE);
    CU_ASSERT_STRING_EQUAL(fake.sent,
                           "connect prepare:ping run:ping run:ping sync run:ping sync");
    end();
}

static void
test_failed_parse_is_not_remembered(void)
{
    begin();
    fake.event = FAKE_ERROR;
    fake.at = 0;
    fake.state = "3F000";
    fake.message = "schema \"kvasir\" does not exist";
    CU_ASSERT_EQUAL(run(1, 1000).kind, ERR_UNAVAILABLE);
    CU_ASSERT_EQUAL(run(1, 1000).kind, ERR_NONE);
    CU_ASSERT_STRING_EQUAL(fake.sent,
                           "connect prepare:ping run:ping sync prepare:ping run:ping sync");
    end();
}

static void
test_second_of_three_fails(void)
{
    struct err err = {.kind = ERR_NONE};
    struct call *calls[3];
    struct pipe *pipe;

    begin();
    fake.event = FAKE_ERROR;
    fake.at = 2; /* parse, run, run */
    fake.state = "KV404";
    fake.message = "no collection books";
    pipe = pipe_new(conn, arena, NULL);
    for (int i = 0; i < 3; i++)
        calls[i] = pipe_add(pipe, STMT_ping);
    CU_ASSERT_FALSE(pipe_run(pipe, clock_us() + 1000000, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_MISSING);
    CU_ASSERT_STRING_EQUAL(err.text, "no collection books");
    CU_ASSERT_STRING_EQUAL(err.detail, "KV404 ping: no collection books");
    CU_ASSERT_EQUAL(call_rows(calls[0]), 1);
    CU_ASSERT_EQUAL(call_rows(calls[1]), 0);
    CU_ASSERT_EQUAL(call_rows(calls[2]), 0);
    CU_ASSERT_TRUE(conn_is_open(conn));
    end();
}

static void
test_commit_fails(void)
{
    begin();
    fake.event = FAKE_ERROR;
    fake.at = 2; /* parse, run, sync */
    fake.state = "23505";
    fake.message = "duplicate key";
    CU_ASSERT_EQUAL(run(1, 1000).kind, ERR_CONFLICT);
    CU_ASSERT_EQUAL(run(1, 1000).kind, ERR_NONE);
    end();
}

static void
test_loss_leaves_outcome_unknown(void)
{
    begin();
    for (int at = 0; at < 3; at++) {
        fake.event = FAKE_LOSS;
        fake.at = at;
        CU_ASSERT_EQUAL(run(1, 1000).kind, ERR_UNKNOWN_OUTCOME);
        CU_ASSERT_FALSE(conn_is_open(conn));
    }
    fake.event = FAKE_NOTHING;
    CU_ASSERT_EQUAL(run(1, 1000).kind, ERR_NONE);
    end();
}

static void
test_shutdown_is_certain_before_the_commit(void)
{
    static const enum err_kind expected[] = {ERR_BUSY, ERR_BUSY, ERR_UNKNOWN_OUTCOME};

    begin();
    for (int at = 0; at < 3; at++) {
        fake.event = FAKE_ERROR;
        fake.at = at;
        fake.state = "57P01";
        fake.message = "terminating connection due to administrator command";
        CU_ASSERT_EQUAL(run(1, 1000).kind, expected[at]);
        CU_ASSERT_FALSE(conn_is_open(conn));
    }
    end();
}

static void
test_idle_close_costs_nothing(void)
{
    begin();
    CU_ASSERT_EQUAL(run(1, 1000).kind, ERR_NONE);
    fake_close_idle();
    CU_ASSERT_EQUAL(run(1, 1000).kind, ERR_NONE);
    CU_ASSERT_STRING_EQUAL(fake.sent, "connect prepare:ping run:ping sync finish "
                                      "connect prepare:ping run:ping sync");
    end();
}

static void
test_refused_connection_backs_off(void)
{
    int64_t begun;

    begin();
    fake.refuse_connects = 1;
    CU_ASSERT_EQUAL(run(1, 1000).kind, ERR_BUSY);
    begun = clock_us();
    for (int i = 0; i < 100; i++)
        CU_ASSERT_EQUAL(run(1, 1000).kind, ERR_BUSY);
    CU_ASSERT_STRING_EQUAL(fake.sent, "connect finish"); /* the hundred did not try */
    while (run(1, 1000).kind == ERR_BUSY && clock_us() < begun + 2000000)
        usleep(1000);
    CU_ASSERT_STRING_EQUAL(fake.sent, "connect finish connect prepare:ping run:ping sync");
    CU_ASSERT(clock_us() - begun > 30000);
    end();
}

static void
test_connecting_keeps_the_deadline(void)
{
    int64_t begun = clock_us();

    begin();
    fake.forget_connect = true;
    CU_ASSERT_EQUAL(run(1, 50).kind, ERR_BUSY);
    CU_ASSERT(clock_us() - begun < 1000000);
    end();
}

static void
test_bad_conninfo_is_not_quoted(void)
{
    struct err err = {.kind = ERR_NONE};
    struct conn *bad = conn_new("secret", "test");

    CU_ASSERT_FALSE(conn_need(bad, clock_us() + 1000000, &err));
    CU_ASSERT_PTR_NULL(strstr(err.text, "secret"));
    CU_ASSERT_PTR_NULL(strstr(err.detail, "secret"));
    conn_free(bad);
}

static void
test_hang_up_cancels(void)
{
    int pair[2];

    begin();
    CU_ASSERT_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    conn_watch(conn, pair[0]);
    fake.event = FAKE_SILENCE;
    fake.at = 1;
    close(pair[1]);
    CU_ASSERT_EQUAL(run(1, 5000).kind, ERR_GONE);
    CU_ASSERT_STRING_EQUAL(fake.sent, "connect prepare:ping run:ping sync cancel");
    CU_ASSERT_TRUE(conn_is_open(conn));
    conn_watch(conn, -1);
    CU_ASSERT_EQUAL(run(1, 1000).kind, ERR_NONE);
    close(pair[0]);
    end();
}

static void
test_deadline_cancels(void)
{
    begin();
    fake.event = FAKE_SILENCE;
    CU_ASSERT_EQUAL(run(1, 20).kind, ERR_TIMEOUT);
    CU_ASSERT_TRUE(conn_is_open(conn));
    fake.event = FAKE_SILENCE;
    fake.cancel_ignored = true;
    CU_ASSERT_EQUAL(run(1, 20).kind, ERR_TIMEOUT);
    CU_ASSERT_FALSE(conn_is_open(conn)); /* it did not obey */
    end();
}

static void
test_bad_parameters_are_not_sent(void)
{
    struct err err = {.kind = ERR_NONE};
    struct pipe *pipe;

    begin();
    pipe = pipe_new(conn, arena, NULL);
    call_str(pipe_add(pipe, STMT_key_revoke), (struct str){"a\0b", 3});
    CU_ASSERT_FALSE(pipe_run(pipe, clock_us() + 1000000, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
    CU_ASSERT_STRING_EQUAL(fake.sent, "");
    end();
}

SUITE("pipe", {"claims, statements and commit leave in one trip", test_one_trip},
      {"a statement is prepared once per connection", test_prepares_once},
      {"a failed Parse is not remembered as prepared", test_failed_parse_is_not_remembered},
      {"the second of three fails the whole", test_second_of_three_fails},
      {"an error of the commit itself is reported", test_commit_fails},
      {"a lost connection leaves the outcome unknown", test_loss_leaves_outcome_unknown},
      {"a shutdown before the commit is certain", test_shutdown_is_certain_before_the_commit},
      {"a connection closed while idle costs no request", test_idle_close_costs_nothing},
      {"after a refusal requests fail at once until the backoff ends",
       test_refused_connection_backs_off},
      {"connecting keeps to the deadline", test_connecting_keeps_the_deadline},
      {"a bad connection string is not quoted", test_bad_conninfo_is_not_quoted},
      {"a client that hangs up cancels its statement", test_hang_up_cancels},
      {"a passed deadline cancels, or drops the connection", test_deadline_cancels},
      {"a text that Postgres cannot store is refused unsent",
       test_bad_parameters_are_not_sent});
