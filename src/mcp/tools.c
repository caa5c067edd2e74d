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

#include <assert.h>

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

struct asked {
    struct str name;
    struct json_object *args; /* an object */
    const struct tool *tool;  /* NULL: none of this program */
};

static bool
is_offered(const struct rpc *rpc, const struct tool *tool)
{
    return tool == NULL ? toolset_is_sql(rpc->toolset) : toolset_has(rpc->toolset, tool);
}

/* False: the answer is written, an error. */
static bool
asked_read(struct ctx *ctx, const struct rpc *rpc, struct asked *asked)
{
    struct str name = js_str(js_find(rpc->params, "name"));
    bool parsed = true;

    *asked = (struct asked){.name = name, .args = js_find(rpc->params, "arguments")};
    if (name.at == NULL)
        return !rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "name must be a tool's name");
    if (asked->args != NULL && js_type(asked->args) != JS_OBJECT)
        return !rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "arguments must be an object");
    if (asked->args == NULL)
        parsed = js_parse(ctx->arena, STR("{}"), &asked->args, &ctx->err);
    assert(parsed);
    asked->tool = tool_table_find(name, NULL);
    if (!is_offered(rpc, asked->tool))
        return !rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "the toolset %s has no tool %.*s",
                          rpc->toolset->name, (int)(name.len < 80 ? name.len : 80), name.at);
    return asked->tool == NULL || param_check(ctx, rpc, asked->tool, asked->args);
}

/* Whether the call is not for this request to make: it becomes a task, or is refused for that.
 */
static bool
elsewhere(struct ctx *ctx, const struct rpc *rpc, const struct asked *asked, bool *answered_out)
{
    const struct tool *tool = asked->tool;

    if (tool == NULL && !sqltool_is_on())
        *answered_out = tasks_call_remote(ctx, rpc, asked->name, asked->args);
    else if (tool != NULL && tool->task != TOOL_NEVER && tasks_offered(rpc))
        *answered_out = tasks_begin(ctx, rpc, tool, asked->args);
    else if (tool != NULL && tool->task == TOOL_MUST)
        *answered_out = tasks_refuse(ctx, rpc);
    else
        return false;
    return true;
}

static bool
here(struct ctx *ctx, const struct rpc *rpc, const struct asked *asked)
{
    const char *result;

    ctx->err = (struct err){.kind = ERR_NONE};
    if (push_failed(ctx, rpc) || !invoke_tool(ctx, asked->name, asked->args, &result))
        return asked->tool == NULL && ctx->err.kind == ERR_MISSING
                   ? tasks_call_remote(ctx, rpc, asked->name, asked->args)
                   : failed(ctx, rpc);
    if (ctx->turn->goes_on)
        return tasks_go_on(ctx, rpc, asked->tool, asked->args);
    if (ctx->turn->questions != NULL)
        return round_ask(ctx) || failed(ctx, rpc);
    return talk_settle(ctx) && ended(ctx, rpc, asked->tool, result);
}

bool
tools_call(struct ctx *ctx, const struct rpc *rpc)
{
    struct asked asked;
    bool answered;

    if (!asked_read(ctx, rpc, &asked))
        return true;
    ctx->once_key = js_str(js_find(rpc->meta, ONCE_KEY));
    if (talk_begin(ctx, rpc, same_text(ctx, asked.name, asked.args)) == NULL)
        return true;
    return elsewhere(ctx, rpc, &asked, &answered) ? answered : here(ctx, rpc, &asked);
}
