/*
 * test_publish: events reach the stream all or none, and only a beginning of them ever counts.
 */
#include "base/clock.h"
#include "bus/publish.h"

#include "peer.h"
#include "suite.h"

#define SOON (clock_us() + 2000000)
#define GREETING                                                                               \
    {                                                                                          \
        "PING\r\n", "+PONG\r\n"                                                                \
    }
#define EVENTS 3

static const struct event events[EVENTS] = {
    {.id = STR("id-1"), .tenant = STR("acme"), .type = STR("a")},
    {.id = STR("id-2"), .tenant = STR("acme"), .type = STR("b")},
    {.id = STR("id-3"), .tenant = STR("acme"), .type = STR("c")},
};

struct outcome {
    bool fine;
    size_t acked;
    struct err err;
};

/* Publish three events to a server that plays `scene` after the greeting. */
static struct outcome
publish_to(const struct peer_line *scene, struct peer *peer)
{
    const struct peer_line *const scenes[] = {scene, NULL};
    struct arena *arena = arena_new(1024);
    struct outcome outcome = {.acked = 99};
    struct publish to = {.stream = "kvasir:events", .most = 1000};

    peer_start(peer, scenes);
    CU_ASSERT(redis_new(peer->url, &to.redis, &outcome.err));
    CU_ASSERT(redis_need(to.redis, SOON, &outcome.err));
    outcome.fine =
        publish_events(&to, arena, events, EVENTS, SOON, &outcome.acked, &outcome.err);
    redis_free(to.redis);
    arena_free(arena);
    peer_end(peer);
    return outcome;
}

static void
all(void)
{
    static const struct peer_line scene[] = {
        GREETING,
        {"MULTI\r\n", "+OK\r\n"},
        {"EXEC\r\n",
         "+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n$3\r\n1-0\r\n$3\r\n1-1\r\n$3\r\n1-2\r\n"},
        {NULL, NULL}};
    struct peer peer;
    struct outcome outcome = publish_to(scene, &peer);

    CU_ASSERT(outcome.fine);
    CU_ASSERT_EQUAL(outcome.acked, EVENTS);
    CU_ASSERT_PTR_NOT_NULL(strstr(
        peer.heard,
        "*14\r\n$4\r\nXADD\r\n$13\r\nkvasir:events\r\n$6\r\nMAXLEN\r\n$1\r\n~\r\n$4\r\n1000\r\n"
        "$1\r\n*\r\n$2\r\nid\r\n$4\r\nid-2\r\n$4\r\ntype\r\n$1\r\nb\r\n$6\r\ntenant\r\n"
        "$4\r\nacme\r\n$5\r\nevent\r\n"));
}

static void
refused(void)
{
    static const struct peer_line scene[] = {
        GREETING,
        {"MULTI\r\n", "+OK\r\n"},
        {"EXEC\r\n",
         "+QUEUED\r\n-OOM command not allowed\r\n+QUEUED\r\n-EXECABORT discarded\r\n"},
        {NULL, NULL}};
    struct peer peer;
    struct outcome outcome = publish_to(scene, &peer);

    CU_ASSERT_FALSE(outcome.fine);
    CU_ASSERT_EQUAL(outcome.acked, 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(outcome.err.detail, "OOM"));
}

static void
half(void)
{
    static const struct peer_line scene[] = {
        GREETING,
        {"MULTI\r\n", "+OK\r\n"},
        {"EXEC\r\n", "+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n"
                     "*3\r\n$3\r\n1-0\r\n-ERR middle\r\n$3\r\n1-2\r\n"},
        {NULL, NULL}};
    struct peer peer;
    struct outcome outcome = publish_to(scene, &peer);

    CU_ASSERT_FALSE(outcome.fine);
    CU_ASSERT_EQUAL(outcome.acked, 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(outcome.err.detail, "middle"));
}

static void
no_multi(void)
{
    static const struct peer_line scene[] = {
        GREETING, {"MULTI\r\n", "-NOPERM no access to multi\r\n"}, {"XADD", ""}, {NULL, NULL}};
    struct peer peer;
    struct outcome outcome = publish_to(scene, &peer);

    CU_ASSERT_FALSE(outcome.fine);
    CU_ASSERT_EQUAL(outcome.acked, 0);
    CU_ASSERT_PTR_NULL(strstr(peer.heard, "XADD"));
}

static void
dies(void)
{
    static const struct peer_line scene[] = {GREETING,
                                             {"MULTI\r\n", "+OK\r\n"},
                                             {"EXEC\r\n", "+QUEUED\r\n+QUEUED\r\n"},
                                             {NULL, NULL}};
    struct peer peer;
    struct outcome outcome = publish_to(scene, &peer);

    CU_ASSERT_FALSE(outcome.fine);
    CU_ASSERT_EQUAL(outcome.acked, 0);
    CU_ASSERT_EQUAL(outcome.err.kind, ERR_BUSY);
}

static void
newest(void)
{
    static const struct {
        const char *answer, *id;
        long ms;
    } rows[] = {
        {"*0\r\n", NULL, 0},
        {"*1\r\n*2\r\n$6\r\n1700-3\r\n*2\r\n$2\r\nid\r\n"
         "$36\r\n6f1e0d0a-0b1c-4d2e-8f3a-000000000001\r\n",
         "6f1e0d0a-0b1c-4d2e-8f3a-000000000001", 1700},
        {"*1\r\n*2\r\n$6\r\n1700-3\r\n*2\r\n$2\r\nid\r\n$3\r\nfoo\r\n", NULL, 1700},
        {"*1\r\n*2\r\n$6\r\n1700-3\r\n*2\r\n$1\r\nx\r\n$3\r\nfoo\r\n", NULL, 1700},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct peer_line scene[] = {
            GREETING, {"XREVRANGE", rows[i].answer}, {NULL, NULL}};
        const struct peer_line *const scenes[] = {scene, NULL};
        struct arena *arena = arena_new(1024);
        struct publish to = {.stream = "s", .most = 1};
        struct err err = {0};
        struct peer peer;
        struct str id;
        long ms;

        peer_start(&peer, scenes);
        CU_ASSERT(redis_new(peer.url, &to.redis, &err));
        CU_ASSERT(redis_need(to.redis, SOON, &err));
        CU_ASSERT(publish_newest(&to, arena, SOON, &id, &ms, &err));
        CU_ASSERT(rows[i].id == NULL ? id.at == NULL : str_is(id, rows[i].id));
        CU_ASSERT_EQUAL(ms, rows[i].ms);
        redis_free(to.redis);
        arena_free(arena);
        peer_end(&peer);
    }
}

SUITE("publish", {"a batch that Redis takes counts whole", all},
      {"one refused event refuses the batch and says why", refused},
      {"only what stands before the first failure counts", half},
      {"no event is sent when MULTI was refused", no_multi},
      {"nothing counts when the connection dies before the outcome", dies},
      {"the newest event of the stream is known by its id and time", newest});
