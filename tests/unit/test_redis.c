/*
 * test_redis: a connection to Redis against a scripted server.
 */
#include "base/clock.h"
#include "bus/redis.h"

#include "peer.h"
#include "suite.h"

#define GREETING                                                                               \
    {                                                                                          \
        "PING\r\n", "+PONG\r\n"                                                                \
    }
#define SOON (clock_us() + 2000000)

static struct redis *
connect_to(const char *url)
{
    struct redis *redis = NULL;
    struct err err = {0};

    CU_ASSERT(redis_new(url, &redis, &err));
    return redis;
}

static void
answers(void)
{
    static const struct peer_line scene[] = {
        GREETING,
        {"GET\r\n", "$5\r\nhel"},
        {"GET\r\n", "lo\r\n:42\r\n*2\r\n+a\r\n$-1\r\n-ERR no\r\n"},
        {NULL, NULL}};
    const struct peer_line *const scenes[] = {scene, NULL};
    struct arena *arena = arena_new(1024);
    struct redisReply *answer;
    struct redis *redis;
    struct err err = {0};
    struct peer peer;

    peer_start(&peer, scenes);
    redis = connect_to(peer.url);
    CU_ASSERT(redis_need(redis, SOON, &err));
    redis_add(redis, 2, (const char *[]){"GET", "k"}, NULL);
    redis_add(redis, 2, (const char *[]){"GET", "k"}, NULL);
    CU_ASSERT(redis_answer(redis, arena, SOON, &answer, &err));
    CU_ASSERT(str_is(redis_str(answer), "hello"));
    CU_ASSERT(redis_answer(redis, arena, SOON, &answer, &err));
    CU_ASSERT_EQUAL(redis_long(answer), 42);
    CU_ASSERT(redis_answer(redis, arena, SOON, &answer, &err));
    CU_ASSERT_EQUAL(redis_count(answer), 2);
    CU_ASSERT(str_is(redis_str(redis_item(answer, 0)), "a"));
    CU_ASSERT_EQUAL(redis_says(redis_item(answer, 1)), REDIS_SAYS_NOTHING);
    CU_ASSERT_PTR_NULL(redis_item(answer, 2));
    CU_ASSERT(redis_answer(redis, arena, SOON, &answer, &err));
    CU_ASSERT_EQUAL(redis_says(answer), REDIS_SAYS_ERROR);
    CU_ASSERT(redis_is_open(redis));
    arena_free(arena);
    redis_free(redis);
    peer_end(&peer);
}

static void
comes_back(void)
{
    static const struct peer_line dies[] = {GREETING, {"GET\r\n", "$5\r\nhel"}, {NULL, NULL}};
    static const struct peer_line lives[] = {GREETING, {"GET\r\n", "+two\r\n"}, {NULL, NULL}};
    const struct peer_line *const scenes[] = {dies, lives, NULL};
    struct arena *arena = arena_new(1024);
    struct redisReply *answer;
    struct redis *redis;
    struct err err = {0}, again = {0};
    struct peer peer;

    peer_start(&peer, scenes);
    redis = connect_to(peer.url);
    CU_ASSERT(redis_need(redis, SOON, &err));
    redis_add(redis, 2, (const char *[]){"GET", "k"}, NULL);
    CU_ASSERT_FALSE(redis_answer(redis, arena, SOON, &answer, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_BUSY);
    CU_ASSERT_FALSE(redis_is_open(redis));
    CU_ASSERT_FALSE(redis_need(redis, SOON, &again)); /* the backoff refuses at once */
    while (!redis_need(redis, SOON, &again))
        usleep(5000);
    redis_add(redis, 2, (const char *[]){"GET", "k"}, NULL);
    CU_ASSERT(redis_answer(redis, arena, SOON, &answer, &again));
    CU_ASSERT(str_is(redis_str(answer), "two"));
    arena_free(arena);
    redis_free(redis);
    peer_end(&peer);
}

static void
farewell(void)
{
    static const struct peer_line leaves[] = {GREETING, {NULL, NULL}};
    static const struct peer_line lives[] = {GREETING, {NULL, NULL}};
    const struct peer_line *const scenes[] = {leaves, lives, NULL};
    struct redis *redis;
    struct err err = {0};
    struct peer peer;

    peer_start(&peer, scenes);
    redis = connect_to(peer.url);
    CU_ASSERT(redis_need(redis, SOON, &err));
    CU_ASSERT_EQUAL(redis_connects(redis), 1);
    while (redis_connects(redis) == 1) /* until the end of the connection has come through */
        CU_ASSERT_FATAL(redis_need(redis, SOON, &err));
    CU_ASSERT_EQUAL(redis_connects(redis), 2);
    redis_free(redis);
    peer_end(&peer);
}

static void
late(void)
{
    static const struct peer_line scene[] = {GREETING, {"bye", ""}, {NULL, NULL}};
    const struct peer_line *const scenes[] = {scene, NULL};
    struct arena *arena = arena_new(1024);
    struct redisReply *answer;
    struct redis *redis;
    struct err err = {0};
    struct peer peer;
    int64_t began;

    peer_start(&peer, scenes);
    redis = connect_to(peer.url);
    CU_ASSERT(redis_need(redis, SOON, &err));
    redis_add(redis, 1, (const char *[]){"GET"}, NULL);
    began = clock_us();
    CU_ASSERT_FALSE(redis_answer(redis, arena, began + 50000, &answer, &err));
    CU_ASSERT(clock_us() - began >= 50000);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.detail, "in time"));
    CU_ASSERT_FALSE(redis_is_open(redis));
    arena_free(arena);
    redis_free(redis);
    peer_end(&peer);
}

static void
nonsense(void)
{
    static const struct peer_line scene[] = {
        GREETING, {"GET\r\n", "HTTP/1.1 400\r\n"}, {NULL, NULL}};
    const struct peer_line *const scenes[] = {scene, NULL};
    struct arena *arena = arena_new(1024);
    struct redisReply *answer;
    struct redis *redis;
    struct err err = {0};
    struct peer peer;

    peer_start(&peer, scenes);
    redis = connect_to(peer.url);
    CU_ASSERT(redis_need(redis, SOON, &err));
    redis_add(redis, 1, (const char *[]){"GET"}, NULL);
    CU_ASSERT_FALSE(redis_answer(redis, arena, SOON, &answer, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_BUSY);
    CU_ASSERT_FALSE(redis_is_open(redis));
    arena_free(arena);
    redis_free(redis);
    peer_end(&peer);
}

static void
ping(void)
{
    static const struct peer_line scene[] = {GREETING, GREETING, {NULL, NULL}};
    const struct peer_line *const scenes[] = {scene, NULL};
    struct redis *redis;
    struct err err = {0};
    struct peer peer;
    int64_t us = -1;

    peer_start(&peer, scenes);
    redis = connect_to(peer.url);
    CU_ASSERT(redis_ping(redis, SOON, &us, &err));
    CU_ASSERT(us >= 0);
    redis_free(redis);
    peer_end(&peer);
}

static void
nobody(void)
{
    struct redis *redis = connect_to("unix:/nonexistent/redis.sock");
    struct err err = {0};

    CU_ASSERT_FALSE(redis_need(redis, SOON, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_BUSY);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.detail, "/nonexistent/redis.sock"));
    redis_free(redis);
}

SUITE("redis", {"answers come in the order of the questions, whole", answers},
      {"a lost connection comes back and forgets what was under way", comes_back},
      {"a connection that the server closed while idle is opened again at once", farewell},
      {"an answer that does not come in time closes the connection", late},
      {"what is not Redis is not believed", nonsense}, {"a ping tells how long it took", ping},
      {"a server that is not there is a reason, not a wait", nobody});
