/*
 * redis: one thread's connection to Redis, opened when needed and again when lost.
 */
#include "bus/redis.h"

#include "base/clock.h"
#include "bus/redis_url.h"

#include <errno.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define BACKOFF_LEAST_US 50000
#define BACKOFF_MOST_US  2000000
#define BUSY_TEXT        80

struct redis {
    struct redis_url url;
    char place[REDIS_URL_TEXT];
    redisContext *context; /* NULL: closed */
    int64_t retry_at;      /* clock_us() before which no attempt is made */
    int64_t backoff_us;
    long connects;
};

bool
redis_new(const char *url, struct redis **redis_out, struct err *err)
{
    struct redis *redis = calloc(1, sizeof *redis);

    if (redis == NULL)
        abort();
    if (!redis_url_parse(url, &redis->url, err)) {
        free(redis);
        return false;
    }
    redis_url_show(&redis->url, redis->place);
    *redis_out = redis;
    return true;
}

void
redis_free(struct redis *redis)
{
    if (redis == NULL)
        return;
    redis_drop(redis);
    explicit_bzero(&redis->url, sizeof redis->url);
    free(redis);
}

void
redis_drop(struct redis *redis)
{
    if (redis->context != NULL)
        redisFree(redis->context);
    redis->context = NULL;
}

bool
redis_is_open(const struct redis *redis)
{
    return redis->context != NULL;
}

long
redis_connects(const struct redis *redis)
{
    return redis->connects;
}

const char *
redis_place(const struct redis *redis)
{
    return redis->place;
}

/* Close, and refuse attempts for a while that doubles each time. */
static bool
lose(struct redis *redis, struct err *err, const char *why)
{
    char kept[BUSY_TEXT]; /* `why` may be the context's own text */

    snprintf(kept, sizeof kept, "%s", why);
    redis_drop(redis);
    redis->backoff_us = redis->backoff_us == 0 ? BACKOFF_LEAST_US : redis->backoff_us * 2;
    if (redis->backoff_us > BACKOFF_MOST_US)
        redis->backoff_us = BACKOFF_MOST_US;
    redis->retry_at = clock_us() + redis->backoff_us;
    err_set(err, ERR_BUSY, "Redis cannot be reached");
    return err_detail(err, "%s: %s", redis->place, kept);
}

/* Wait until the socket is ready; false when the deadline has passed. */
static bool
wait_for(const struct redis *redis, short events, int64_t deadline)
{
    struct pollfd watch = {.fd = redis->context->fd, .events = events};
    int ready;

    do
        ready = poll(&watch, 1, clock_left_ms(deadline));
    while (ready < 0 && errno == EINTR);
    return ready > 0;
}

static bool
connected(struct redis *redis, int64_t deadline, struct err *err)
{
    char why[BUSY_TEXT];
    int failure = 0;
    socklen_t len = sizeof failure;

    if (!wait_for(redis, POLLOUT, deadline))
        return lose(redis, err, "no connection in time");
    if (getsockopt(redis->context->fd, SOL_SOCKET, SO_ERROR, &failure, &len) != 0)
        failure = errno;
    if (failure == 0)
        return true;
    errno = failure;
    snprintf(why, sizeof why, "%m");
    return lose(redis, err, why);
}

/* One answer that must not be an error: AUTH, SELECT, PING at the start of a connection. */
static bool
must(struct redis *redis, int64_t deadline, struct err *err)
{
    struct arena *arena = arena_new(256);
    struct redisReply *answer = NULL;
    bool fine = redis_answer(redis, arena, deadline, &answer, err);

    if (fine && redis_says(answer) == REDIS_SAYS_ERROR)
        fine = lose(redis, err, answer->str);
    arena_free(arena);
    return fine;
}

static bool
greet(struct redis *redis, int64_t deadline, struct err *err)
{
    const struct redis_url *url = &redis->url;
    char db[24];
    int asked = 1;

    snprintf(db, sizeof db, "%ld", url->db);
    if (url->user[0] != '\0') {
        redis_add(redis, 3, (const char *[]){"AUTH", url->user, url->password}, NULL);
        asked++;
    } else if (url->password[0] != '\0') {
        redis_add(redis, 2, (const char *[]){"AUTH", url->password}, NULL);
        asked++;
    }
    if (url->db != 0) {
        redis_add(redis, 2, (const char *[]){"SELECT", db}, NULL);
        asked++;
    }
    redis_add(redis, 1, (const char *[]){"PING"}, NULL);
    while (asked-- > 0)
        if (!must(redis, deadline, err))
            return false;
    return true;
}

/* Nobody speaks unasked: what can be read while nothing is under way is the server's farewell.
 */
static bool
is_idle(const struct redis *redis)
{
    struct pollfd watch = {.fd = redis->context->fd, .events = POLLIN | POLLRDHUP};

    return poll(&watch, 1, 0) == 0;
}

bool
redis_need(struct redis *redis, int64_t deadline, struct err *err)
{
    if (redis->context != NULL && is_idle(redis))
        return true;
    redis_drop(redis);
    if (clock_us() < redis->retry_at)
        return err_set(err, ERR_BUSY, "Redis cannot be reached");
    redis->context = redis->url.path[0] != '\0'
                         ? redisConnectUnixNonBlock(redis->url.path)
                         : redisConnectNonBlock(redis->url.host, redis->url.port);
    if (redis->context == NULL)
        abort();
    if (redis->context->err != 0)
        return lose(redis, err, redis->context->errstr);
    if (!connected(redis, deadline, err) || !greet(redis, deadline, err))
        return false;
    redis->backoff_us = 0;
    redis->connects++;
    return true;
}

void
redis_add(struct redis *redis, int count, const char **words, const size_t *lens)
{
    if (redis->context == NULL)
        return; /* redis_answer() will say so */
    if (redisAppendCommandArgv(redis->context, count, words, lens) != REDIS_OK)
        abort(); /* out of memory is all that can go wrong */
}

static bool
send_all(struct redis *redis, int64_t deadline, struct err *err)
{
    int done = 0;

    for (;;) {
        if (redisBufferWrite(redis->context, &done) != REDIS_OK)
            return lose(redis, err, redis->context->errstr);
        if (done)
            return true;
        if (!wait_for(redis, POLLOUT, deadline))
            return lose(redis, err, "commands could not be sent in time");
    }
}

static void
free_answer(void *answer)
{
    freeReplyObject(answer);
}

bool
redis_answer(struct redis *redis, struct arena *arena, int64_t deadline,
             struct redisReply **answer_out, struct err *err)
{
    void *answer = NULL;

    if (redis->context == NULL)
        return err_set(err, ERR_BUSY, "Redis cannot be reached");
    if (!send_all(redis, deadline, err))
        return false;
    while (answer == NULL) {
        if (redisReaderGetReply(redis->context->reader, &answer) != REDIS_OK)
            return lose(redis, err, redis->context->reader->errstr);
        if (answer != NULL)
            break;
        if (!wait_for(redis, POLLIN, deadline))
            return lose(redis, err, "no answer in time");
        if (redisBufferRead(redis->context) != REDIS_OK)
            return lose(redis, err, redis->context->errstr);
    }
    arena_defer(arena, free_answer, answer);
    *answer_out = answer;
    return true;
}

enum redis_says
redis_says(const struct redisReply *answer)
{
    switch (answer == NULL ? REDIS_REPLY_NIL : answer->type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS: return REDIS_SAYS_TEXT;
    case REDIS_REPLY_INTEGER: return REDIS_SAYS_NUMBER;
    case REDIS_REPLY_ARRAY: return REDIS_SAYS_LIST;
    case REDIS_REPLY_ERROR: return REDIS_SAYS_ERROR;
    default: return REDIS_SAYS_NOTHING;
    }
}

struct str
redis_str(const struct redisReply *answer)
{
    enum redis_says says = redis_says(answer);

    if (says != REDIS_SAYS_TEXT && says != REDIS_SAYS_ERROR)
        return (struct str){NULL, 0};
    return (struct str){answer->str, (size_t)answer->len};
}

long
redis_long(const struct redisReply *answer)
{
    return redis_says(answer) == REDIS_SAYS_NUMBER ? (long)answer->integer : 0;
}

size_t
redis_count(const struct redisReply *answer)
{
    return redis_says(answer) == REDIS_SAYS_LIST ? answer->elements : 0;
}

const struct redisReply *
redis_item(const struct redisReply *list, size_t index)
{
    return index < redis_count(list) ? list->element[index] : NULL;
}

bool
redis_ping(struct redis *redis, int64_t deadline, int64_t *us_out, struct err *err)
{
    int64_t began = clock_us();

    if (!redis_need(redis, deadline, err))
        return false;
    redis_add(redis, 1, (const char *[]){"PING"}, NULL);
    if (!must(redis, deadline, err))
        return false;
    *us_out = clock_us() - began;
    return true;
}
