/*
 * tools_list: tools/list: the tools of a toolset that the caller may call.
 */
#include "db/pipe.h"
#include "mcp/method.h"
#include "mcp/session.h"
#include "remote/declaration.h"
#include "tool/scope.h"
#include "tool/sqltool.h"
#include "tool/table.h"
#include "tool/toolset.h"

#define LIST_TTL_MS 300000 /* the table changes with the program */

/* Whether the key is known, what it may do, which functions of the database are tools, and
   which addresses are. */
struct asked {
    struct call *scopes, *functions, *addresses; /* NULL: not asked */
};

static bool
ask(struct ctx *ctx, const struct rpc *rpc, struct asked *asked)
{
    struct pipe *pipe;

    ctx->claims.scope = NULL;
    pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);
    session_enter(rpc->session, pipe);
    asked->scopes = scope_call(ctx, pipe);
    asked->functions = toolset_is_sql(rpc->toolset) ? sqltool_list_call(pipe) : NULL;
    asked->addresses = rpc->toolset == NULL ? pipe_add(pipe, STMT_http_tool_list) : NULL;
    return (asked->scopes == NULL && asked->functions == NULL && asked->addresses == NULL) ||
           pipe_run(pipe, ctx->deadline, &ctx->err);
}

static void
emit_addresses(const struct asked *asked, struct emit *json)
{
    for (size_t row = 0; asked->addresses != NULL && row < call_rows(asked->addresses); row++) {
        struct declaration one = declaration_read(asked->addresses, row);

        if (scope_allows(asked->scopes,
                         &(struct tool){.scope = one.read_only ? "read" : "write"}))
            declaration_emit_tool(json, &one);
    }
}

bool
tools_list(struct ctx *ctx, const struct rpc *rpc)
{
    const struct tool *tool;
    struct asked asked;
    struct emit *json;

    if (!ask(ctx, rpc, &asked))
        return false;
    json = rpc_result(ctx, rpc);
    emit_array(json, "tools");
    for (size_t i = 0; (tool = tool_table_row(i)) != NULL; i++)
        if (toolset_has(rpc->toolset, tool) && scope_allows(asked.scopes, tool))
            tool_table_emit(tool, tool->name, json);
    sqltool_list_emit(asked.functions, json);
    emit_addresses(&asked, json);
    emit_array_end(json);
    emit_long(json, "ttlMs", LIST_TTL_MS);
    emit_text(json, "cacheScope", "private");
    rpc_result_end(json);
    return true;
}
