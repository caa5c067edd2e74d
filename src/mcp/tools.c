/*
 * tools: tools/call over the registry of tools.
 */
#include "base/js.h"
#include "mcp/method.h"
#include "mcp/param.h"
#include "mcp/push.h"
#include "mcp/sse.h"
#include "mcp/talk.h"
#include "tool/calling.h"
#include "tool/invoke.h"
#include "tool/sqltool.h"
#include "tool/table.h"
#include "tool/toolset.h"

#define ONCE_KEY "io.kvasir/idempotencyKey"

static void
content(struct emit *json, const char *text, const char *blocks)
{
    if (blocks != NULL) {
        emit_raw(json, "content", blocks);
        return;
    }
    emit_array(json, "content");
    emit_object(json, NULL);
    emit_text(json, "type", "text");
    emit_text(json, "text", text);
    emit_object_end(json);
    emit_array_end(json);
}

/* Of the wire or the server, not of what the tool was told. */
static bool
is_outside(enum err_kind kind)
{
    return kind == ERR_AUTH || kind == ERR_DENIED || kind == ERR_LIMITED || kind == ERR_BUSY ||
           kind == ERR_GONE || kind == ERR_ENDED || kind == ERR_UNKNOWN_OUTCOME ||
           kind == ERR_INTERNAL;
}

/* What went wrong inside a tool is its result, so that the model reads it and mends its call
   (2025-11-25, Tools, "Error Handling"). */
static bool
failed(struct ctx *ctx, const struct rpc *rpc)
{
    struct emit *json;

    if (is_outside(ctx->err.kind))
        return false;
    if (ctx->calling != NULL && ctx->calling->clash)
        return rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "%s", ctx->err.text);
    json = rpc_result(ctx, rpc);
    content(json, ctx->err.text, NULL);
    emit_bool(json, "isError", true);
    rpc_result_end(json);
    return true;
}

static bool
ended(struct ctx *ctx, const struct rpc *rpc, const struct tool *tool, const char *result)
{
    const struct turn *turn = ctx->turn;
    struct emit *json = rpc_result(ctx, rpc);

    content(json, result, turn->content);
    if (turn->content == NULL || (tool != NULL && tool->result != NULL))
        emit_raw(json, "structuredContent", result);
    if (turn->failed)
        emit_bool(json, "isError", true);
    rpc_result_end(json);
    return !turn->later || rpc->is_modern || rpc->push != NULL || ctx->reply.streams ||
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
    if (tool == NULL && !sqltool_is_on())
        return rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "%s", ctx->err.text);
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
    if (push_failed(ctx, rpc) || !invoke_tool(ctx, name, args, &result))
        return tool == NULL && ctx->err.kind == ERR_MISSING
                   ? rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "%s", ctx->err.text)
                   : failed(ctx, rpc);
    if (ctx->turn->questions != NULL)
        return round_ask(ctx) || failed(ctx, rpc);
    return talk_settle(ctx) && ended(ctx, rpc, tool, result);
}
