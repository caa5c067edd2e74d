/*
 * tools_list: tools/list: the tools of a toolset that the caller may call.
 */
#include "db/pipe.h"
#include "mcp/method.h"
#include "tool/scope.h"
#include "tool/sqltool.h"
#include "tool/table.h"
#include "tool/toolset.h"

#define LIST_TTL_MS 300000 /* the table changes with the program */

/* Whether the key is known, what it may do, and which functions of the database are tools. */
static bool
ask(struct ctx *ctx, const struct toolset *toolset, struct call **scopes_out,
    struct call **functions_out)
{
    struct pipe *pipe;

    ctx->claims.scope = NULL;
    pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);
    *scopes_out = scope_call(ctx, pipe);
    *functions_out = toolset_is_sql(toolset) ? sqltool_list_call(pipe) : NULL;
    return (*scopes_out == NULL && *functions_out == NULL) ||
           pipe_run(pipe, ctx->deadline, &ctx->err);
}

bool
tools_list(struct ctx *ctx, const struct rpc *rpc)
{
    const struct tool *tool;
    struct call *scopes, *functions;
    struct emit *json;

    if (!ask(ctx, rpc->toolset, &scopes, &functions))
        return false;
    json = rpc_result(ctx, rpc);
    emit_array(json, "tools");
    for (size_t i = 0; (tool = tool_table_row(i)) != NULL; i++)
        if (toolset_has(rpc->toolset, tool) && scope_allows(scopes, tool))
            tool_table_emit(tool, tool->name, json);
    sqltool_list_emit(functions, json);
    emit_array_end(json);
    emit_long(json, "ttlMs", LIST_TTL_MS);
    emit_text(json, "cacheScope", "private");
    rpc_result_end(json);
    return true;
}
