/*
 * limit: how often somebody may do something in a minute, counted in Redis for all processes.
 */
#include "bus/limit.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "bus/redis.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX      "kvasir:limit:"
#define REDIS_US    100000
#define MINUTE_US   60000000.0
#define LEASE_US    1000000
#define LEASE_PART  100 /* of a minute's tokens that are taken at once */
#define SETS        1024
#define WAYS        4
#define REDIS_CONNS 64
#define LEARNT      4096

/* KEYS[1] the bucket, ARGV[1] tokens of a minute, ARGV[2] how many are wanted.  Gives the
   number taken, or minus the milliseconds until there is one. */
static const char script[] =
    "local rate, want = tonumber(ARGV[1]), tonumber(ARGV[2])\n"
    "local time = redis.call('TIME')\n"
    "local now = time[1] * 1000 + math.floor(time[2] / 1000)\n"
    "local was = redis.call('HMGET', KEYS[1], 'at', 'tokens')\n"
    "local tokens = (tonumber(was[2]) or rate) + (now - (tonumber(was[1]) or now)) * rate / "
    "60000\n"
    "tokens = math.max(0, math.min(rate, tokens))\n"
    "local got = math.min(want, math.floor(tokens))\n"
    "redis.call('HSET', KEYS[1], 'at', now, 'tokens', tokens - got)\n"
    "redis.call('PEXPIRE', KEYS[1], 60000)\n"
    "if got > 0 then return got end\n"
    "return -math.ceil((1 - tokens) * 60000 / rate)\n";

struct slot {
    uint64_t name;  /* its hash; 0: free */
    int64_t at;     /* clock_us() of the last use */
    double tokens;  /* of the bucket that is used without Redis, as of filled */
    int64_t filled; /* 0: never used */
    long lease;     /* tokens that Redis gave and that are not used */
    int64_t lease_ends;
    bool refused;
};

struct limit {
    pthread_mutex_t lock;
    struct redis *idle[REDIS_CONNS];
    size_t idle_count;
    char *url;
    bool is_local;
    struct slot slots[SETS][WAYS];
    uint64_t learnt[LEARNT]; /* hashes of names, each at its place; 0: free */
};

bool
limit_new(const char *url, struct limit **limit_out, struct err *err)
{
    struct limit *limit = calloc(1, sizeof *limit);

    if (limit == NULL || (limit->url = strdup(url)) == NULL)
        abort();
    pthread_mutex_init(&limit->lock, NULL);
    *limit_out = limit;
    if (*url == '\0' || redis_new(url, &limit->idle[0], err)) {
        limit->idle_count = *url != '\0';
        return true;
    }
    limit_free(limit);
    return false;
}

void
limit_free(struct limit *limit)
{
    if (limit == NULL)
        return;
    for (size_t i = 0; i < limit->idle_count; i++)
        redis_free(limit->idle[i]);
    explicit_bzero(limit->url, strlen(limit->url));
    free(limit->url);
    pthread_mutex_destroy(&limit->lock);
    free(limit);
}

/* FNV-1a, never 0. */
static uint64_t
hash(const char *name)
{
    uint64_t sum = 14695981039346656037u;

    for (; *name != '\0'; name++)
        sum = (sum ^ (unsigned char)*name) * 1099511628211u;
    return sum | 1;
}

/* The slot of a name; a new one takes the place of that which was not used for longest. */
static struct slot *
slot_of(struct limit *limit, uint64_t name, int64_t now)
{
    struct slot *set = limit->slots[(name >> 32) % SETS], *oldest = set;

    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].name == name) {
            set[i].at = now;
            return &set[i];
        }
        if (set[i].at < oldest->at)
            oldest = &set[i];
    }
    *oldest = (struct slot){.name = name, .at = now};
    return oldest;
}

static bool
lease_use(struct slot *slot, int64_t now)
{
    if (slot->lease == 0 || now >= slot->lease_ends)
        return false;
    slot->lease--;
    return true;
}

/* Of the bucket inside the process; milliseconds to wait when it is empty, else 0. */
static long
bucket_use(struct slot *slot, long per_minute, int64_t now)
{
    double rate = (double)per_minute;

    if (slot->filled == 0)
        slot->tokens = rate;
    else
        slot->tokens += (double)(now - slot->filled) * rate / MINUTE_US;
    if (slot->tokens > rate)
        slot->tokens = rate;
    slot->filled = now;
    if (slot->tokens < 1)
        return 1 + (long)((1 - slot->tokens) * 60000 / rate);
    slot->tokens -= 1;
    return 0;
}

static struct redis *
redis_take(struct limit *limit)
{
    struct err err = {.kind = ERR_NONE};
    struct redis *redis = NULL;

    if (limit->idle_count > 0)
        return limit->idle[--limit->idle_count];
    return redis_new(limit->url, &redis, &err) ? redis : NULL;
}

static void
redis_give(struct limit *limit, struct redis *redis)
{
    if (limit->idle_count < REDIS_CONNS)
        limit->idle[limit->idle_count++] = redis;
    else
        redis_free(redis);
}

static bool
redis_ask(struct redis *redis, struct arena *arena, const char *name, long per_minute,
          long *got_out)
{
    long want = per_minute < LEASE_PART ? 1 : per_minute / LEASE_PART;
    const char *words[] = {"EVAL",
                           script,
                           "1",
                           str_format(arena, PREFIX "%s", name),
                           str_format(arena, "%ld", per_minute),
                           str_format(arena, "%ld", want)};
    int64_t deadline = clock_us() + REDIS_US;
    struct err err = {.kind = ERR_NONE};
    struct redisReply *answer;

    if (!redis_need(redis, deadline, &err))
        return false;
    redis_add(redis, sizeof words / sizeof words[0], words, NULL);
    if (!redis_answer(redis, arena, deadline, &answer, &err) ||
        redis_says(answer) != REDIS_SAYS_NUMBER)
        return false;
    *got_out = redis_long(answer);
    return true;
}

static void
local_tell(struct limit *limit, bool is_local)
{
    if (limit->is_local == is_local)
        return;
    limit->is_local = is_local;
    if (is_local)
        log_say(LOG_WARN_LEVEL, "limit.local", "Redis is away: each process counts by itself");
    else
        log_say(LOG_INFO_LEVEL, "limit.redis", "limits are counted in Redis again");
}

/* With the lock, which is open while Redis is asked.  Milliseconds to wait, or 0. */
static long
count(struct limit *limit, struct arena *arena, const char *name, long per_minute)
{
    uint64_t key = hash(name);
    int64_t now = clock_us();
    struct redis *redis;
    long got = 0;
    bool told;

    if (lease_use(slot_of(limit, key, now), now))
        return 0;
    redis = *limit->url == '\0' ? NULL : redis_take(limit);
    if (redis == NULL)
        return bucket_use(slot_of(limit, key, now), per_minute, now);
    pthread_mutex_unlock(&limit->lock);
    told = redis_ask(redis, arena, name, per_minute, &got);
    pthread_mutex_lock(&limit->lock);
    redis_give(limit, redis);
    local_tell(limit, !told);
    if (!told)
        return bucket_use(slot_of(limit, key, now), per_minute, now);
    if (got <= 0)
        return got == 0 ? 1 : -got;
    slot_of(limit, key, now)->lease = got - 1;
    slot_of(limit, key, now)->lease_ends = now + LEASE_US;
    return 0;
}

struct limit_verdict
limit_take(struct limit *limit, struct arena *arena, const char *name, long per_minute)
{
    struct limit_verdict verdict = {.allowed = true};
    struct slot *slot;
    long wait_ms;

    pthread_mutex_lock(&limit->lock);
    wait_ms = count(limit, arena, name, per_minute);
    slot = slot_of(limit, hash(name), clock_us());
    if (wait_ms > 0)
        verdict =
            (struct limit_verdict){.first = !slot->refused, .wait_s = (wait_ms + 999) / 1000};
    slot->refused = wait_ms > 0;
    pthread_mutex_unlock(&limit->lock);
    return verdict;
}

void
limit_learn(struct limit *limit, const char *name)
{
    uint64_t key = hash(name);

    pthread_mutex_lock(&limit->lock);
    limit->learnt[(key >> 32) % LEARNT] = key;
    pthread_mutex_unlock(&limit->lock);
}

bool
limit_knows(struct limit *limit, const char *name)
{
    uint64_t key = hash(name);
    bool knows;

    pthread_mutex_lock(&limit->lock);
    knows = limit->learnt[(key >> 32) % LEARNT] == key;
    pthread_mutex_unlock(&limit->lock);
    return knows;
}

bool
limit_is_local(struct limit *limit)
{
    bool is_local;

    pthread_mutex_lock(&limit->lock);
    is_local = limit->is_local;
    pthread_mutex_unlock(&limit->lock);
    return is_local;
}
