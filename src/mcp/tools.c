/*
 * tools: tools/list and tools/call over the registry of tools.
 */
#include "base/js.h"
#include "mcp/method.h"
#include "mcp/push.h"
#include "mcp/sse.h"
#include "mcp/talk.h"
#include "tool/calling.h"
#include "tool/invoke.h"
#include "tool/sqltool.h"
#include "tool/table.h"

#define LIST_TTL_MS 300000 /* the table changes with the program */
#define ONCE_KEY    "io.kvasir/idempotencyKey"

bool
tools_list(struct ctx *ctx, const struct rpc *rpc)
{
    struct pipe *pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);
    struct call *more = sqltool_list_call(pipe);
    const struct tool *tool;
    struct emit *json;

    if (more != NULL && !pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    json = rpc_result(ctx, rpc);
    emit_array(json, "tools");
    for (size_t i = 0; (tool = tool_table_row(i)) != NULL; i++)
        tool_table_emit(tool, tool->name, json);
    sqltool_list_emit(more, json);
    emit_array_end(json);
    emit_long(json, "ttlMs", LIST_TTL_MS);
    emit_text(json, "cacheScope", "private");
    rpc_result_end(json);
    return true;
}

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
ended(struct ctx *ctx, const struct rpc *rpc, const char *result)
{
    const struct turn *turn = ctx->turn;
    struct emit *json = rpc_result(ctx, rpc);

    content(json, result, turn->content);
    if (turn->content == NULL)
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
    const char *result;
    bool known;

    if (name.at == NULL)
        return rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "name must be a tool's name");
    if (args != NULL && js_type(args) != JS_OBJECT)
        return rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "arguments must be an object");
    known = tool_table_find(name, &ctx->err) != NULL;
    if (!known && !sqltool_is_on())
        return rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "%s", ctx->err.text);
    if (args == NULL && !js_parse(ctx->arena, STR("{}"), &args, &ctx->err))
        return false;
    ctx->once_key = js_str(js_find(rpc->meta, ONCE_KEY));
    if (talk_begin(ctx, rpc, same_text(ctx, name, args)) == NULL)
        return true;
    if (push_failed(ctx, rpc) || !invoke_tool(ctx, name, args, &result))
        return !known && ctx->err.kind == ERR_MISSING
                   ? rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "%s", ctx->err.text)
                   : failed(ctx, rpc);
    if (ctx->turn->questions != NULL)
        return round_ask(ctx) || failed(ctx, rpc);
    return talk_settle(ctx) && ended(ctx, rpc, result);
}
