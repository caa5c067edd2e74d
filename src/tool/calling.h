/*
 * calling: the rules that hold for every call of a tool, on every wire
 * (docs/decisions/0023-rules-of-every-call.md).
 *
 * A call is limited per caller and tool, and its end is written in the transaction of what it
 * did: the event mcp.tool.executed and a row of the audit.  With an idempotency key a call that
 * changes something keeps its result in that transaction too, and the same call again is
 * answered by it.  invoke.c tells the order of these.
 */
#ifndef TOOL_CALLING_H
#define TOOL_CALLING_H

#include "db/pipe.h"
#include "tool/canon.h"
#include "tool/tool.h"

#include <stdbool.h>

enum calling_state {
    CALLING_FRESH, /* nothing is written of it */
    CALLING_HELD,  /* its statements are done, their transaction waits for the result */
    CALLING_DONE,  /* committed with its end */
};

struct calling {
    const struct tool *tool;
    unsigned char digest[CANON_DIGEST]; /* of the arguments */
    int64_t began;                      /* clock_us() */
    struct str key; /* idempotency key; absent: none, or nothing to repeat */
    enum calling_state state;
    bool clash; /* the key belongs to another call */
    bool reads; /* it changes nothing */
};

/* Prepares ctx for the call; ERR_INPUT for a key that is none, ERR_LIMITED. */
bool calling_begin(struct ctx *ctx, struct calling *calling, const struct tool *tool,
                   struct json_object *args);

/* Statements: the key taken, if there is one; and the end.  `failure` NULL: it succeeded. */
void calling_take(struct ctx *ctx, struct pipe *pipe);
void calling_end(struct ctx *ctx, struct pipe *pipe, const struct err *failure);
/* What the wire has the call depend on (tool/turn.h). */
void calling_enter(struct ctx *ctx, struct pipe *pipe);

/* Runs the statements of the tool: commits them with the call's end, or holds them for the
   result. */
bool calling_run(struct ctx *ctx, struct pipe *pipe);

/* Whether the end of a call that only reads can follow its statements: it is written behind
   (tool/journal.h).  Then this runs them, alone in a transaction that lets the caller in. */
bool calling_can_trail(const struct ctx *ctx);
bool calling_read(struct ctx *ctx, struct pipe *pipe);

/* Writes what is not written yet of a call that came to its end with this result. */
bool calling_finish(struct ctx *ctx, const char *result);

/* Undoes and tells a failure, ctx->err.  True: it was a repetition, *result_out is the answer.
 */
bool calling_fail(struct ctx *ctx, const char **result_out);

#endif
