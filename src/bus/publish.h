/*
 * publish: put a batch of events into a Redis Stream, all or none, in their order.
 *
 * A batch travels as one MULTI ... EXEC in two round trips.  A plain pipeline would let a later
 * event in after an earlier one was refused (memory was short for a moment), and the order of
 * the stream would be wrong for good; inside EXEC the refusal of one command refuses all. Each
 * entry has the fields id, type, tenant and event, the last being the CloudEvents document.
 */
#ifndef BUS_PUBLISH_H
#define BUS_PUBLISH_H

#include "base/arena.h"
#include "base/err.h"
#include "bus/event.h"
#include "bus/redis.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct publish {
    struct redis *redis; /* connected */
    const char *stream;  /* its key */
    long most;           /* approximate length at which it is trimmed */
};

/* *acked_out events, counted from the first, are in the stream for sure; true when all are.
   After false the others may or may not be there: send them again, with the same ids. */
bool publish_events(const struct publish *to, struct arena *arena, const struct event *events,
                    size_t count, int64_t deadline, size_t *acked_out, struct err *err);

/* How many of `count` commands, from the first on, EXEC says were done; stops at the first that
   was not, whatever follows it. */
size_t publish_acked(const struct redisReply *exec, size_t count);

/* The id of the newest event in the stream and when it came there, as Redis' clock has it;
 *id_out is absent when the stream is empty or its newest entry is not ours. */
bool publish_newest(const struct publish *to, struct arena *arena, int64_t deadline,
                    struct str *id_out, long *ms_out, struct err *err);

#endif
