/*
 * logging: logging/setLevel of older clients: which messages a session wants to hear.
 */
#include "base/js.h"
#include "mcp/method.h"
#include "mcp/session.h"
#include "mcp/talk.h"

bool
logging_set_level(struct ctx *ctx, const struct rpc *rpc)
{
    struct str level = js_str(js_find(rpc->params, "level"));
    struct pipe *pipe;
    struct call *set;

    if (tell_level(level) < 0)
        return rpc_error(
            ctx, rpc, 200, RPC_PARAMS, NULL,
            "level must be debug, info, notice, warning, error, critical, alert or "
            "emergency");
    if (rpc->session == NULL)
        return rpc_error(ctx, rpc, 200, RPC_SERVER, NULL,
                         "a level is kept for a session: send the Mcp-Session-Id that "
                         "initialize gave");
    pipe = session_pipe(ctx, rpc);
    set = pipe_add(pipe, STMT_mcp_log_level_set);
    call_text(set, rpc->session->id);
    call_str(set, level);
    call_long(set, rpc->session->expires);
    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    rpc_result_end(rpc_result(ctx, rpc));
    return true;
}
