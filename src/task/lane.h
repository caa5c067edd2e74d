/*
 * lane: tasks claimed, given to threads, kept by heartbeat and ended, in one trip a turn.
 *
 * The queue is spoken to as kvasir_engine; what tools do themselves is done as kvasir_app, on
 * behalf of who asked (task/run.h).
 */
#ifndef TASK_LANE_H
#define TASK_LANE_H

#include "base/arena.h"
#include "base/err.h"
#include "db/conn.h"

#include <stdbool.h>

struct lane;
struct service;

/* By the settings task_*; NULL and true when task_threads is 0 or there is no database for
 * tools.
 */
bool lane_open(const struct service *service, struct lane **lane_out, struct err *err);

/* One turn: say what has ended and what goes on, take what there is room for, then sleep until
   something happens or `stop` hangs up. */
bool lane_step(struct lane *lane, struct conn *conn, struct arena *arena, int stop,
               struct err *err);

/* Stop all work, give back what did not end, and free. */
void lane_close(struct lane *lane, struct conn *conn, struct arena *arena);

#endif
