/*
 * relay: move events from the outbox to the Redis Stream, in order, none left out.
 *
 * Any number of relays may run; the session that holds the advisory lock works, the others
 * stand by and take over when it ends.  Rows go in the order of their writers' transactions,
 * and only when no older transaction is open any more; they are marked after Redis has
 * acknowledged them. So every event arrives at least once, with the same id each time, and the
 * first arrivals of a tenant's events are in order.  The price: a transaction that stays open
 * anywhere in the cluster after it has written holds back the events of all younger ones. A
 * relay that cannot reach Redis lets another lead.  When Redis comes back without the end of
 * the stream (it died before it wrote to disk, or was emptied), what it lost is sent again.
 */
#ifndef BUS_RELAY_H
#define BUS_RELAY_H

#include "base/arena.h"
#include "base/err.h"
#include "bus/redis.h"
#include "db/conn.h"

#include <stdbool.h>
#include <stddef.h>

#define RELAY_BATCH 500

struct relay;

/* Takes `redis` over. */
struct relay *relay_new(struct redis *redis, const char *stream, long most);
void relay_free(struct relay *relay);

/* Move one batch; *moved_out says how many events went (RELAY_BATCH: there may be more).
   False only when Postgres failed; trouble with Redis is logged, once per change, and waits. */
bool relay_step(struct relay *relay, struct conn *conn, struct arena *arena, size_t *moved_out,
                struct err *err);

#endif
