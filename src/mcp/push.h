/*
 * push: questions to an older client: requests on the stream of its call, answered by others.
 *
 * What is called is written once, return-style (tool/turn.h).  When it ends its turn with
 * questions, the call becomes a row (kvasir.mcp_round) and its response a stream that no thread
 * waits for (mcp/sse.h); the questions go out on it as requests of ours (2025-11-25, Sampling,
 * Elicitation, Roots).  Each answer is a POST of its own, to whichever process; the one that
 * gets the last takes the row, runs the next turn, and what that says goes to the stream.
 *
 * The id of a request of ours is "<round>.<number>", so that an answer names its round; it
 * counts only from the session and the caller that were asked.
 */
#ifndef MCP_PUSH_H
#define MCP_PUSH_H

#include "base/uuid.h"
#include "mcp/rpc.h"

#include <stdbool.h>

/* A call that goes on after its answers. */
struct push {
    const char *stream;
    struct json_object *responses;
    struct str state;
    double told;         /* progress so far */
    const char *failure; /* the client could not answer, and why; NULL: it did */
    bool is_open;        /* it has asked again: there is no last message yet */
};

/* The questions of ctx->turn, as requests.  ERR_UNAVAILABLE when the client accepts no stream.
 */
bool push_ask(struct ctx *ctx);

/* An answer from the client.  When it was the last, *call_out is the call to go on with, its
   rpc->push set; else *call_out is NULL, and what is no answer at all has been refused. */
bool push_answer(struct ctx *ctx, const struct rpc *rpc, struct rpc **call_out);

/* Whether a call cannot go on because its client could not answer; the reason is set. */
bool push_failed(struct ctx *ctx, const struct rpc *call);

/* A message to the stream of a call that goes on. */
bool push_say(struct ctx *ctx, const struct push *push, struct str message, bool last);

/* What was answered to such a call goes to its stream. */
bool push_end(struct ctx *ctx, const struct rpc *call);

/* "<round>.<number>" as JSON text; false: not of our making. */
bool push_id(struct str id, char round[UUID_TEXT], long *number_out);

#endif
