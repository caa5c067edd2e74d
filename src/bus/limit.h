/*
 * limit: how often somebody may do something in a minute, counted in Redis for all processes.
 *
 * A token bucket for each name holds as many tokens as a minute allows and fills in a minute.
 * A process takes up to a hundredth of them at once and uses them within a second, so that
 * generous limits cost few trips and strict ones are exact.  While Redis is away, or when
 * there is none, each process counts by itself: never is everything refused.
 *
 * Any thread may ask at any time.
 */
#ifndef BUS_LIMIT_H
#define BUS_LIMIT_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

struct limit; /* opaque; belongs to the process */

/* `url` as in bus/redis_url.h; "": no Redis.  ERR_INPUT when it is wrong. */
bool limit_new(const char *url, struct limit **limit_out, struct err *err);
void limit_free(struct limit *limit);

struct limit_verdict {
    bool allowed;
    bool first;  /* refused here, and what came before it was not */
    long wait_s; /* refused: when it may be tried again, at least 1 */
};

/* One more by this name, of `per_minute` (1 or more).  Waits for Redis 100 ms at most. */
struct limit_verdict limit_take(struct limit *limit, struct arena *arena, const char *name,
                                long per_minute);

/* Names that were found to mean something, as long as this process remembers them: at most some
   thousand. */
void limit_learn(struct limit *limit, const char *name);
bool limit_knows(struct limit *limit, const char *name);

/* Whether the last that was asked had to be counted without the Redis that is set. */
bool limit_is_local(struct limit *limit);

#endif
