/*
 * subscribe: resources/subscribe and resources/unsubscribe of the older generation.
 *
 * The subscription belongs to the session: whichever process holds the session's stream is
 * told.
 */
#include "base/conf.h"
#include "base/js.h"
#include "db/pipe.h"
#include "mcp/method.h"
#include "mcp/session.h"

#define URI_MOST 2000

static bool
change(struct ctx *ctx, const struct rpc *rpc, enum stmt_id stmt)
{
    struct str uri = js_str(js_find(rpc->params, "uri"));
    struct pipe *pipe = session_pipe(ctx, rpc);
    struct call *call;

    if (uri.len == 0 || uri.len > URI_MOST)
        return rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "uri must be a resource's");
    if (rpc->session == NULL)
        return rpc_error(ctx, rpc, 400, RPC_SERVER, NULL,
                         "subscribing needs a session: send Mcp-Session-Id");
    call = pipe_add(pipe, stmt);
    call_text(call, rpc->session->id);
    call_str(call, uri);
    if (stmt == STMT_session_subscribe)
        call_long(call, conf_long(CONF_stream_resources));
    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    rpc_result_end(rpc_result(ctx, rpc));
    return true;
}

bool
subscribe_add(struct ctx *ctx, const struct rpc *rpc)
{
    return change(ctx, rpc, STMT_session_subscribe);
}

bool
subscribe_remove(struct ctx *ctx, const struct rpc *rpc)
{
    return change(ctx, rpc, STMT_session_unsubscribe);
}
