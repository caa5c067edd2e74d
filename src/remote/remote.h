/*
 * remote: a call of an HTTP tool: its request, and what its answer says as content.
 *
 * The request thread makes a task of the call; the engine sends the request, so that only its
 * machine needs a way out.
 */
#ifndef REMOTE_REMOTE_H
#define REMOTE_REMOTE_H

#include "base/emit.h"
#include "db/pipe.h"
#include "tool/task.h"
#include "web/ctx.h"

#include <stdbool.h>

struct json_object;

/* A statement that makes a task of a call; ERR_MISSING when the tenant has no such tool.  Its
   row is task_read()'s.  stream: the response (web/stream.h) that gets the answer to the
   JSON-RPC request `id`; NULL: none waits. */
struct call *remote_begin(struct pipe *pipe, struct str name, const char *args, unsigned client,
                          const char *stream, const char *id);

/* Whether the caller may make the call at this time; ERR_LIMITED. */
bool remote_admit(struct ctx *ctx, struct str name, struct json_object *args);

/* Calls a tool and holds the caller until the task has ended or its own time is over, and for
   no longer than somebody wants it; for wires that cannot come again. */
bool remote_call(struct ctx *ctx, struct str name, struct json_object *args,
                 struct task *task_out);

/* The wait of the same, for a task that is there: when the client leaves before it has ended,
   it is cancelled (ERR_GONE). */
bool remote_await(struct ctx *ctx, struct task *task);

/* In the engine: does the call, attempt `attempt`, and writes the members of its result.
   ERR_BUSY: worth another attempt, in *wait_ms_out at the earliest. */
bool remote_run(struct ctx *ctx, const char *name, struct json_object *args, long attempt,
                struct emit *json, long *wait_ms_out);

#endif
