/*
 * run: one turn at a task, on behalf of who asked for it.
 *
 * A turn sees what a request sees: a connection of the role kvasir_app, claims that bind each
 * of its transactions to the task's tenant and check its key (CLAIMS_TASK), a deadline, and a
 * connection that is watched, so that a cancelled task stops in Postgres too.
 */
#ifndef TASK_RUN_H
#define TASK_RUN_H

#include "task/slot.h"

/* Everything returned lives in the slot's arena. */
struct slot_end run_order(struct slot *slot);

#endif
