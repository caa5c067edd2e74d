/*
 * crew: the threads of the engine, each doing its jobs in turn.
 *
 * Jobs that may take long have a lane (thread, connection, arena) of their own; the others
 * share one.  A job that fails is said in the log when that begins, when the reason changes and
 * when it ends, and is tried again after half a second growing to five; so Postgres may go and
 * come back.
 */
#ifndef APP_CREW_H
#define APP_CREW_H

#include "base/arena.h"
#include "base/err.h"
#include "db/conn.h"

#include <stdbool.h>
#include <stddef.h>

/* What a job has while it runs. */
struct turn {
    struct conn *conn;
    struct arena *arena; /* forgotten after the turn */
    int stop;            /* hangs up when the engine is to end; for conn_watch() */
    void *state;         /* what start made */
    long wait_ms;        /* until the next turn: the row's every_ms unless the job changes it */
};

struct job {
    const char *name;
    bool alone; /* has a lane of its own */
    long every_ms;
    const char *says;
    bool (*start)(void **state_out, struct err *err); /* once, before any thread; or NULL */
    bool (*run)(struct turn *turn, struct err *err);
    void (*end)(struct turn *turn); /* once, in the lane; or NULL */
};

struct crew;

/* Start all; false (and nothing runs) when a job's start fails. */
bool crew_new(const struct job *jobs, size_t count, const char *conninfo,
              struct crew **crew_out, struct err *err);

/* Ask all to end, cancelling statements that are watched, and wait for them. */
void crew_free(struct crew *crew);

#endif
