/*
 * talk: one turn of a call that may take several: tools/call, prompts/get, resources/read.
 *
 *     struct talk *talk = talk_begin(ctx, rpc, what);
 *     if (talk == NULL) return true;
 *     ... run what is called, with ctx->turn set ...
 *     return talk->turn.questions != NULL ? round_ask(ctx) : talk_settle(ctx) && answer(...);
 *
 * What is called sees struct turn (tool/turn.h).  When it ends with questions, a client of
 * 2026-07-28 gets them as input_required (section "Multi Round-Trip Requests") with a state
 * that is sealed for this caller and this very call: another caller, method or argument opens
 * nothing.  A state lasts ROUND_SECONDS and is used once, which Postgres notes in the
 * transaction of the turn that uses it; no process remembers anything.
 *
 * Progress and messages of the log make the answer a stream (web/piece.h): for clients that
 * sent a progressToken; for stateless ones that name a level in _meta, and older ones from the
 * level of their session, or "info" (2025-11-25, Logging: without a level the server decides).
 */
#ifndef MCP_VISIT_H
#define MCP_VISIT_H

#include "base/uuid.h"
#include "mcp/rpc.h"
#include "tool/turn.h"

#include <stdbool.h>
#include <stdint.h>

#define ROUND_SECONDS 3600L

struct talk {
    const struct rpc *rpc;
    struct turn turn;
    struct str about; /* what a state of this call is sealed for */

    char nonce[UUID_TEXT]; /* of the state that came back; "": none did */
    int64_t expires;
    bool used; /* a transaction of this request has noted it */

    const char *token; /* progressToken as JSON text; NULL: no progress is told */
    double done;       /* progress only grows */
    int level;         /* the least of the log that is told; -1: not known yet */
};

/* `what` is all that has to be the same when the client comes again: name and arguments.  Sets
   ctx->turn.  NULL: answered, because the state or an answer in it is not as it should be. */
struct talk *talk_begin(struct ctx *ctx, const struct rpc *rpc, struct str what);

/* The questions of ctx->turn as the answer; an error when the client cannot answer them. */
bool round_ask(struct ctx *ctx);

/* Before any other answer: note that the state was used, when nothing has done so. */
bool talk_settle(struct ctx *ctx);

/* For files of mcp/: the parts of talk_begin(). */
bool round_open(struct ctx *ctx, struct talk *talk);
bool tell_open(struct ctx *ctx, struct talk *talk);
struct talk *talk_of(struct ctx *ctx);

/* "debug" to "emergency" (RFC 5424, section 6.2.1) as 0 to 7; -1: none of them. */
int tell_level(struct str name);

/* Whether a result is one that answers a question: of a form or an address, a model, or roots.
 */
bool round_is_answer(struct json_object *result);

/* The text inside a state: false unless it is one that has not expired. */
bool round_parse(struct str text, int64_t now, struct talk *talk);

#endif
