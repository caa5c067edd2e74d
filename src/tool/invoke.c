/*
 * invoke: call a tool for whoever asks: find it, hold it to the rules, check the arguments, run
 * it, tell of it.
 */
#include "tool/invoke.h"

#include "base/js.h"
#include "tool/calling.h"
#include "tool/rate.h"
#include "tool/schema.h"
#include "tool/sqltool.h"
#include "tool/table.h"

struct pipe *
invoke_pipe(struct ctx *ctx)
{
    struct pipe *pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);

    calling_take(ctx, pipe);
    calling_enter(ctx, pipe);
    return pipe;
}

bool
invoke_commit(struct ctx *ctx, const struct tool *tool, struct pipe *pipe)
{
    (void)tool;
    return calling_run(ctx, pipe);
}

bool
invoke_failed(struct ctx *ctx, struct str reason)
{
    ctx->told = ctx->calling->state == CALLING_DONE;
    return err_set(&ctx->err, ERR_INPUT, "%.*s", (int)(reason.len < 200 ? reason.len : 200),
                   reason.at);
}

static bool
run(struct ctx *ctx, const struct tool *tool, struct json_object *args, const char **result_out)
{
    struct json_object *schema;
    struct emit emit;
    struct buf result;

    buf_start(&result, ctx->arena, 1024);
    emit_start(&emit, &result);
    if (!js_parse(ctx->arena, str_of(tool->schema), &schema, &ctx->err) ||
        !schema_check(ctx->arena, schema, args, &ctx->err) || !tool->run(ctx, args, &emit) ||
        !calling_finish(ctx, result.data))
        return false;
    *result_out = result.data;
    return true;
}

/* What is in no table may be a function of the database; that is found out by calling it. */
static const struct tool *
sql_tool(struct ctx *ctx, struct str name)
{
    struct tool *tool = arena_take(ctx->arena, sizeof *tool);

    if (!sqltool_is_on() || name.len > SQLTOOL_NAME_MOST)
        return tool_table_find(name, &ctx->err); /* which says why there is none */
    *tool = (struct tool){.name = str_copy(ctx->arena, name), .scope = "read"};
    return tool;
}

static bool
run_sql(struct ctx *ctx, const struct tool *tool, struct json_object *args,
        const char **result_out)
{
    if (!sqltool_call(ctx, tool, args, result_out))
        return false;
    rate_prove(ctx);
    return calling_finish(ctx, *result_out);
}

bool
invoke_tool(struct ctx *ctx, struct str name, struct json_object *args, const char **result_out)
{
    const struct tool *tool = tool_table_find(name, NULL);
    struct calling *calling;

    if (tool == NULL)
        tool = sql_tool(ctx, name);
    if (tool == NULL)
        return false;
    calling = arena_take(ctx->arena, sizeof *calling);
    return (calling_begin(ctx, calling, tool, args) &&
            (tool->run == NULL ? run_sql : run)(ctx, tool, args, result_out)) ||
           calling_fail(ctx, result_out);
}
