/*
 * tasks: /v1/tasks, work that outlives its request.
 */
#ifndef REST_TASKS_H
#define REST_TASKS_H

#include "web/ctx.h"

#include <stdbool.h>

/* Handlers, as web/route.h has them. */
bool tasks_list(struct ctx *ctx);
bool tasks_show(struct ctx *ctx);
bool tasks_reply(struct ctx *ctx);
bool tasks_stop(struct ctx *ctx);

#endif
