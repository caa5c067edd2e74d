/*
 * tools: tools/call over the registry of tools.
 */
#include "base/js.h"
#include "mcp/method.h"
#include "mcp/param.h"
#include "mcp/push.h"
#include "mcp/sse.h"
#include "mcp/talk.h"
#include "mcp/tasks.h"
#include "tool/calling.h"
#include "tool/invoke.h"
#include "tool/outcome.h"
#include "tool/sqltool.h"
#include "tool/table.h"
#include "tool/toolset.h"
#include "tool/turn.h"

#define ONCE_KEY "io.kvasir/idempotencyKey"

/* What went wrong inside a tool is its result. */
static bool
failed(struct ctx *ctx, const struct rpc *rpc)
{
    struct emit *json;

    if (outcome_is_outside(ctx->err.kind))
        return false;
    if (ctx->calling != NULL && ctx->calling->clash)
        return rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "%s", ctx->err.text);
    json = rpc_result(ctx, rpc);
    outcome_emit_failure(json, &ctx->err);
    rpc_result_end(json);
    return true;
}

static bool
ended(struct ctx *ctx, const struct rpc *rpc, const struct tool *tool, const char *result)
{
    struct emit *json = rpc_result(ctx, rpc);

    outcome_emit(json, ctx->turn, tool, result);
    rpc_result_end(json);
    return !ctx->turn->later || rpc->is_modern || rpc->push != NULL || ctx->reply.streams ||
           sse_postpone(ctx);
}

/* All that must be the same when the client comes again with answers. */
static struct str
same_text(struct ctx *ctx, struct str name, struct json_object *args)
{
    return str_of(
        str_format(ctx->arena, "%.*s %s", (int)name.len, name.at, js_text(ctx->arena, args)));
}

bool
tools_call(struct ctx *ctx, const struct rpc *rpc)
{
    struct str name = js_str(js_find(rpc->params, "name"));
    struct json_object *args = js_find(rpc->params, "arguments");
    const struct tool *tool;
    const char *result;

    if (name.at == NULL)
        return rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "name must be a tool's name");
    if (args != NULL && js_type(args) != JS_OBJECT)
        return rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "arguments must be an object");
    tool = tool_table_find(name, &ctx->err);
    if (!(tool == NULL ? toolset_is_sql(rpc->toolset) : toolset_has(rpc->toolset, tool)))
        return rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "the toolset %s has no tool %.*s",
                         rpc->toolset->name, (int)(name.len < 80 ? name.len : 80), name.at);
    if (args == NULL && !js_parse(ctx->arena, STR("{}"), &args, &ctx->err))
        return false;
    if (tool != NULL && !param_check(ctx, rpc, tool, args))
        return true;
    ctx->once_key = js_str(js_find(rpc->meta, ONCE_KEY));
    if (talk_begin(ctx, rpc, same_text(ctx, name, args)) == NULL)
        return true;
    if (tool != NULL && tool->task != TOOL_NEVER && tasks_offered(rpc))
        return tasks_begin(ctx, rpc, tool, args);
    if (tool != NULL && tool->task == TOOL_MUST)
        return tasks_refuse(ctx, rpc);
    if (tool == NULL && !sqltool_is_on())
        return tasks_call_remote(ctx, rpc, name, args);
    ctx->err = (struct err){.kind = ERR_NONE};
    if (push_failed(ctx, rpc) || !invoke_tool(ctx, name, args, &result))
        return tool == NULL && ctx->err.kind == ERR_MISSING
                   ? tasks_call_remote(ctx, rpc, name, args)
                   : failed(ctx, rpc);
    if (ctx->turn->goes_on)
        return tasks_go_on(ctx, rpc, tool, args);
    if (ctx->turn->questions != NULL)
        return round_ask(ctx) || failed(ctx, rpc);
    return talk_settle(ctx) && ended(ctx, rpc, tool, result);
}
