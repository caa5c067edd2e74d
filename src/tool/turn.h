/*
 * turn: what a tool is told of its call beside the arguments, and what else it may end with.
 *
 * A tool is written once, return-style: when it needs something from the person or the program
 * that calls, it ends its turn with questions, and is run again from its beginning, in any
 * process, when the answers have come (MCP 2026-07-28, "Multi Round-Trip Requests").  How
 * questions travel is the wire's affair.  A wire without a way to ask leaves ctx->turn NULL.
 */
#ifndef TOOL_TURN_H
#define TOOL_TURN_H

#include "base/str.h"

#include <stdbool.h>

struct ctx;
struct pipe;
struct json_object;

/* What the calling program can do. */
enum turn_client {
    TURN_FORM = 1,     /* show a form: elicitation */
    TURN_URL = 2,      /* open an address: elicitation */
    TURN_SAMPLING = 4, /* ask its language model */
    TURN_ROOTS = 8,    /* name its folders */
    TURN_TASKS = 16,   /* come again for the result of a task */
};

struct turn {
    /* Told to the tool. */
    unsigned client;               /* turn_client, or-ed */
    struct json_object *responses; /* the answers by the keys of the questions; NULL: none */
    struct str state;              /* what the tool kept with them; absent: the first turn */

    /* Set by the wire; NULL: nobody listens.  `data` is JSON text. */
    void (*progress)(struct ctx *ctx, double done, double total, const char *says);
    void (*log)(struct ctx *ctx, const char *level, const char *logger, const char *data);
    /* Adds to the transaction that a call commits what the wire has it depend on. */
    void (*enter)(struct ctx *ctx, struct pipe *pipe);
    void *wire; /* the wire's own */

    /* What the tool ended with; all NULL or false: with its result alone. */
    const char *content; /* blocks of content as a JSON array, instead of the result as text */
    bool failed;         /* the result tells of a failure */
    bool later;   /* a client that can come again for its result is not kept waiting for it */
    bool goes_on; /* not done: go on as a task, with `keep`; only when the client can come again
                   */
    const char *questions; /* {key: {method, params}} as MCP's inputRequests: not done yet */
    struct str keep;       /* comes back as `state`, sealed on its way */
};

/* For tools: the answer to a question, or NULL: it was not asked yet or not answered. */
struct json_object *turn_answer(const struct ctx *ctx, const char *key);
/* What was filled in of an accepted form; NULL: not accepted. */
struct json_object *turn_form(const struct ctx *ctx, const char *key);
bool turn_can(const struct ctx *ctx, enum turn_client what);

/* For tools: tell how far the work is, and what happens; nothing when nobody listens. */
void turn_progress(struct ctx *ctx, double done, double total, const char *says);
void turn_log(struct ctx *ctx, const char *level, const char *logger, const char *data);

/* For wires and for work that is no tool: a pipe with the caller's claims and what the wire has
   the call depend on.  (A tool's pipe is invoke_pipe().) */
struct pipe *turn_pipe(struct ctx *ctx);

/* For tools: wait, and no longer than somebody wants the result.  False: nobody does any more
   (ERR_GONE), or the call's time is over (ERR_TIMEOUT). */
bool turn_rest(struct ctx *ctx, long ms);

#endif
