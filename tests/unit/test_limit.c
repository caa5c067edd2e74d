/*
 * limit: without Redis a process counts by itself, exactly.
 */
#include "base/clock.h"
#include "bus/limit.h"

#include "suite.h"

#include <pthread.h>
#include <stdio.h>

static struct arena *arena;

static struct limit *
limit_at(const char *url)
{
    struct limit *limit = NULL;
    struct err err = {.kind = ERR_NONE};

    CU_ASSERT_TRUE(limit_new(url, &limit, &err));
    arena = arena_new(1024);
    return limit;
}

static void
end(struct limit *limit)
{
    limit_free(limit);
    arena_free(arena);
}

/* A minute's calls at once, then none until one has come back. */
static void
bucket(void)
{
    struct limit *limit = limit_at("");
    struct limit_verdict verdict;

    for (int i = 0; i < 5; i++)
        CU_ASSERT_TRUE(limit_take(limit, arena, "a", 5).allowed);
    verdict = limit_take(limit, arena, "a", 5);
    CU_ASSERT_FALSE(verdict.allowed);
    CU_ASSERT_TRUE(verdict.first);
    CU_ASSERT_TRUE(verdict.wait_s >= 11 && verdict.wait_s <= 13);
    verdict = limit_take(limit, arena, "a", 5);
    CU_ASSERT_FALSE(verdict.allowed);
    CU_ASSERT_FALSE(verdict.first);
    CU_ASSERT_TRUE(limit_take(limit, arena, "b", 5).allowed);
    CU_ASSERT_FALSE(limit_is_local(limit));
    end(limit);
}

/* Many names push each other out of the table; none is refused for another's sake. */
static void
crowd(void)
{
    struct limit *limit = limit_at("");
    char name[24];

    for (int i = 0; i < 20000; i++) {
        snprintf(name, sizeof name, "name %d", i);
        CU_ASSERT_TRUE_FATAL(limit_take(limit, arena, name, 1).allowed);
    }
    CU_ASSERT_FALSE(limit_take(limit, arena, name, 1).allowed);
    end(limit);
}

static void
away(void)
{
    struct limit *limit = limit_at("unix:/nonexistent/redis.sock");

    CU_ASSERT_TRUE(limit_take(limit, arena, "a", 1).allowed);
    CU_ASSERT_FALSE(limit_take(limit, arena, "a", 1).allowed);
    CU_ASSERT_TRUE(limit_is_local(limit));
    end(limit);
}

struct crowd {
    struct limit *limit;
    int allowed;
};

static void *
take_many(void *argument)
{
    struct crowd *crowd = argument;
    struct arena *own = arena_new(1024);
    int allowed = 0;

    for (int i = 0; i < 100; i++)
        allowed += limit_take(crowd->limit, own, "all", 100).allowed;
    arena_free(own);
    __atomic_add_fetch(&crowd->allowed, allowed, __ATOMIC_SEQ_CST);
    return NULL;
}

/* A hundred a minute are a hundred, and the few that come back while this runs. */
static void
at_once(void)
{
    struct crowd crowd = {.limit = limit_at("")};
    int64_t began = clock_us();
    pthread_t threads[8];

    for (int i = 0; i < 8; i++)
        CU_ASSERT_EQUAL(pthread_create(&threads[i], NULL, take_many, &crowd), 0);
    for (int i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    CU_ASSERT_TRUE(crowd.allowed >= 100);
    CU_ASSERT_TRUE(crowd.allowed <= 101 + (int)((clock_us() - began) * 100 / 60000000));
    end(crowd.limit);
}

static void
wrong(void)
{
    struct limit *limit = NULL;
    struct err err = {.kind = ERR_NONE};

    CU_ASSERT_FALSE(limit_new("http://nowhere", &limit, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
}

SUITE("limit", {"a bucket holds a minute's calls and fills in a minute", bucket},
      {"names do not stand in for each other", crowd}, {"threads share a bucket", at_once},
      {"a Redis that is away stops nobody", away}, {"a wrong address is refused", wrong});
