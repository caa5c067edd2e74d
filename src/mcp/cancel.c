/*
 * cancel: an older client takes a request back, by notifications/cancelled.
 */
#include "mcp/cancel.h"

#include "base/digest.h"
#include "base/js.h"
#include "mcp/session.h"

#include <string.h>

/* The ids are the client's own words, so only their digest becomes a name; Postgres keeps 63
   bytes of it. */
static const char *
label(struct ctx *ctx, const struct rpc *rpc, const char *id)
{
    const char *both = str_format(ctx->arena, "%s %s", rpc->session->id, id);
    char hex[DIGEST_HEX];

    digest_hex(both, strlen(both), hex);
    return str_format(ctx->arena, "mcp %.40s", hex);
}

void
cancel_allow(struct ctx *ctx, const struct rpc *rpc)
{
    if (rpc->session != NULL && rpc->id != NULL)
        ctx->claims.label = label(ctx, rpc, rpc->id);
}

bool
cancel_take(struct ctx *ctx, const struct rpc *rpc)
{
    struct json_object *id = js_find(rpc->params, "requestId");
    const char *name;
    struct pipe *pipe;
    struct call *drop;

    if (!str_is(rpc->method, "notifications/cancelled") || rpc->session == NULL ||
        (js_type(id) != JS_STRING && js_type(id) != JS_LONG && js_type(id) != JS_DOUBLE))
        return true;
    pipe = session_pipe(ctx, rpc);
    drop = pipe_add(pipe, STMT_mcp_round_drop);
    call_text(drop, rpc->session->id);
    call_text(drop, js_text(ctx->arena, id));
    name = label(ctx, rpc, js_text(ctx->arena, id));
    call_text(pipe_add(pipe, STMT_task_take_back), name);
    call_text(pipe_add(pipe, STMT_mcp_cancel), name);
    return pipe_run(pipe, ctx->deadline, &ctx->err);
}
