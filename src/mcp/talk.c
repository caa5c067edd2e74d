/*
 * talk: one turn of a call that may take several: tools/call, prompts/get, resources/read.
 */
#include "mcp/talk.h"

#include "access/who.h"
#include "base/digest.h"
#include "mcp/session.h"

struct talk *
talk_of(struct ctx *ctx)
{
    return ctx->turn->wire;
}

/* Joins the transaction of what is called (tool/invoke.h). */
static void
enter(struct ctx *ctx, struct pipe *pipe)
{
    struct talk *talk = talk_of(ctx);
    struct call *call;

    session_enter(talk->rpc->session, pipe);
    if (talk->nonce[0] == '\0')
        return;
    call = pipe_add(pipe, STMT_mcp_state_use);
    call_text(call, talk->nonce);
    call_long(call, talk->expires);
    talk->used = true;
}

struct talk *
talk_begin(struct ctx *ctx, const struct rpc *rpc, struct str what)
{
    struct talk *talk = arena_take(ctx->arena, sizeof *talk);
    char hex[DIGEST_HEX];

    digest_hex(what.at, what.len, hex);
    talk->rpc = rpc;
    talk->about = str_of(str_format(ctx->arena, "mcp round of %s %.*s %s", who_principal(ctx),
                                    (int)rpc->method.len, rpc->method.at, hex));
    talk->turn = (struct turn){.client = rpc->client, .enter = enter, .wire = talk};
    ctx->turn = &talk->turn;
    return round_open(ctx, talk) && tell_open(ctx, talk) ? talk : NULL;
}

bool
talk_settle(struct ctx *ctx)
{
    struct talk *talk = talk_of(ctx);
    struct pipe *pipe;

    if (talk->nonce[0] == '\0' || talk->used)
        return true;
    pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);
    enter(ctx, pipe);
    return pipe_run(pipe, ctx->deadline, &ctx->err);
}
