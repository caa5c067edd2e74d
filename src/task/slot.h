/*
 * slot: a thread that works on one task at a time, and how it is told and tells.
 *
 * The lane (task/lane.h) gives tasks to free slots and takes back how they ended; between the
 * two the task belongs to the slot's thread.  Each has an arena, and a connection of the role
 * kvasir_app that is opened for the first task and closed when none comes for a while.
 */
#ifndef TASK_SLOT_H
#define TASK_SLOT_H

#include "base/arena.h"
#include "base/str.h"
#include "db/conn.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct service;

enum slot_state { SLOT_FREE, SLOT_BUSY, SLOT_ENDED };

/* A task as kvasir.task_claim() gives it; the texts are in the slot's arena. */
struct slot_order {
    const char *id, *lease, *kind, *name, *args;
    struct str answers, state; /* absent: none */
    unsigned client;
    long attempt;
};

/* How a turn ended, in the words of kvasir.task_finish(). */
struct slot_end {
    const char *outcome, *body;
    struct str keep;
    long wait_ms; /* before it is tried again; 0: it does not matter */
};

struct slots; /* all of them */

struct slot {
    struct slots *all;
    enum slot_state state;
    struct slot_order order;
    struct slot_end end;
    struct arena *arena;
    struct conn *conn;
    int stop[2]; /* the thread watches the first; shutting down the second tells it to stop */
    bool is_stopped;
    const char *stop_means; /* the outcome of a turn that stopped: cancelled or released */
    bool is_told;           /* progress below is new */
    double done, total;
    char says[200];
    pthread_t thread;
};

/* `wake` is an eventfd that is written when a turn has ended or told something. */
struct slots *slot_all_new(size_t count, const char *conninfo, const struct service *service,
                           int wake);
void slot_all_free(struct slots *slots); /* all must be free or ended */

size_t slot_count(const struct slots *slots);
struct slot *slot_at(struct slots *slots, size_t index);
const struct service *slot_service(const struct slots *slots);

enum slot_state slot_state(struct slot *slot);
/* For the lane: a free slot begins; an ended one is free again; a busy one is told to stop. */
void slot_give(struct slot *slot, const struct slot_order *order);
void slot_clear(struct slot *slot);
void slot_stop(struct slot *slot, const char *means);
/* What was told since the last time, copied; false: nothing. */
bool slot_hear(struct slot *slot, double *done_out, double *total_out, char says[200]);

/* For the thread: tell how far it is. */
void slot_tell(struct slot *slot, double done, double total, const char *says);

#endif
