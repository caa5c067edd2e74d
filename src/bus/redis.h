/*
 * redis: one thread's connection to Redis, opened when needed and again when lost.
 *
 * The only door to hiredis.  No call lasts past its deadline, but for the look-up of a host
 * name. After a failed attempt further ones are refused at once until a backoff (50 ms growing
 * to 2 s) has passed.  Commands are queued and leave together when the first answer is asked
 * for:
 *
 *     redis_add(redis, 2, (const char *[]){"GET", "key"}, NULL);
 *     if (!redis_answer(redis, arena, deadline, &answer, err)) return false;
 *
 * Any failure but an error that Redis itself answers closes the connection, and what was queued
 * or under way is forgotten; so answers never belong to another question.
 */
#ifndef BUS_REDIS_H
#define BUS_REDIS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct redis;      /* opaque; belongs to one thread */
struct redisReply; /* hiredis's; other files only pass pointers to it */

/* `url` is the setting (bus/redis_url.h); does not connect yet.  ERR_INPUT when it is wrong. */
bool redis_new(const char *url, struct redis **redis_out, struct err *err);
void redis_free(struct redis *redis);

/* A connection that has answered, by clock_us() `deadline`, or ERR_BUSY.  One that the server
   has closed meanwhile is opened again.  Not while answers are awaited. */
bool redis_need(struct redis *redis, int64_t deadline, struct err *err);
void redis_drop(struct redis *redis);
bool redis_is_open(const struct redis *redis);
long redis_connects(const struct redis *redis); /* so far; another number: another connection */
const char *redis_place(const struct redis *redis); /* host:port/db or path, no secrets */

/* Queue a command; `lens` NULL takes every argument to end at its NUL. */
void redis_add(struct redis *redis, int count, const char **words, const size_t *lens);

/* The answer to the oldest unanswered command; it lives as long as the arena.  An error that
   Redis answers is an answer (REDIS_SAYS_ERROR). */
bool redis_answer(struct redis *redis, struct arena *arena, int64_t deadline,
                  struct redisReply **answer_out, struct err *err);

enum redis_says {
    REDIS_SAYS_NOTHING,
    REDIS_SAYS_TEXT,
    REDIS_SAYS_NUMBER,
    REDIS_SAYS_LIST,
    REDIS_SAYS_ERROR
};
enum redis_says redis_says(const struct redisReply *answer);
struct str redis_str(const struct redisReply *answer); /* TEXT or ERROR, else absent */
long redis_long(const struct redisReply *answer);      /* NUMBER, else 0 */
size_t redis_count(const struct redisReply *answer);   /* items of a LIST, else 0 */
const struct redisReply *redis_item(const struct redisReply *list, size_t index);

/* For readiness: connect when needed, PING, and say how long that took. */
bool redis_ping(struct redis *redis, int64_t deadline, int64_t *us_out, struct err *err);

#endif
