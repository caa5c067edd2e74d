/*
 * invoke: call a tool for whoever asks: find it, check the arguments, run it, tell of it.
 */
#include "tool/invoke.h"

#include "base/clock.h"
#include "base/js.h"
#include "base/metric.h"
#include "tool/schema.h"
#include "tool/sqltool.h"
#include "tool/table.h"
#include "tool/turn.h"

struct pipe *
invoke_pipe(struct ctx *ctx)
{
    struct pipe *pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);

    if (ctx->turn != NULL && ctx->turn->enter != NULL)
        ctx->turn->enter(ctx, pipe);
    return pipe;
}

/* The event of a call; `failure` NULL: it succeeded.  Postgres adds its own time to ours. */
static void
add_event(struct ctx *ctx, const struct tool *tool, struct pipe *pipe,
          const struct err *failure)
{
    int64_t began = ctx->deadline - ctx->claims.timeout_ms * 1000;
    struct call *call = pipe_add(pipe, STMT_tool_event);
    struct buf data;
    struct emit emit;

    buf_start(&data, ctx->arena, 128);
    emit_start(&emit, &data);
    emit_object(&emit, NULL);
    emit_text(&emit, "tool", tool->name);
    emit_bool(&emit, "success", failure == NULL);
    if (failure != NULL) {
        emit_text(&emit, "kind", err_kind_name(failure->kind));
        if (failure->kind != ERR_INTERNAL) /* whose words are for the log alone */
            emit_text(&emit, "error", failure->text);
    }
    emit_object_end(&emit);
    call_text(call, tool->name);
    call_text(call, data.data);
    call_long(call, (clock_us() - began) / 1000);
}

bool
invoke_commit(struct ctx *ctx, const struct tool *tool, struct pipe *pipe)
{
    add_event(ctx, tool, pipe, NULL);
    return pipe_run(pipe, ctx->deadline, &ctx->err);
}

bool
invoke_failed(struct ctx *ctx, struct str reason)
{
    ctx->told = true;
    return err_set(&ctx->err, ERR_INPUT, "%.*s", (int)(reason.len < 200 ? reason.len : 200),
                   reason.at);
}

/* Worth an event: the caller's own mistakes, seen by a Postgres that is there and knows him. */
static bool
is_told(enum err_kind kind)
{
    switch (kind) {
    case ERR_INPUT:
    case ERR_MISSING:
    case ERR_CONFLICT:
    case ERR_TOO_LARGE:
    case ERR_SHAPE:
    case ERR_UNAVAILABLE:
    case ERR_INTERNAL: return true;
    case ERR_NONE:
    case ERR_AUTH:
    case ERR_DENIED:
    case ERR_METHOD:
    case ERR_MEDIA:
    case ERR_ENDED:
    case ERR_GONE:
    case ERR_BUSY:
    case ERR_UNKNOWN_OUTCOME:
    case ERR_TIMEOUT:
    case ERR_KINDS: break;
    }
    return false;
}

/* Whether this event arrives changes nothing about the answer, which is the first failure; only
   when Postgres does not know the caller he gets to hear that instead. */
static bool
tell_failure(struct ctx *ctx, const struct tool *tool)
{
    struct err err = {.kind = ERR_NONE};
    struct pipe *pipe;

    if (ctx->told || !is_told(ctx->err.kind))
        return false;
    pipe = invoke_pipe(ctx);
    add_event(ctx, tool, pipe, &ctx->err);
    if (!pipe_run(pipe, ctx->deadline, &err) &&
        (err.kind == ERR_AUTH || err.kind == ERR_DENIED))
        ctx->err = err;
    return false;
}

bool
invoke_tool(struct ctx *ctx, struct str name, struct json_object *args, const char **result_out)
{
    const struct tool *tool = tool_table_find(name, &ctx->err);
    struct json_object *schema;
    struct emit emit;
    struct buf result;

    if (tool == NULL)
        return sqltool_call(ctx, name, args, result_out);
    metric_add(METRIC_tools_called_total, 1);
    ctx->claims.scope = tool->scope;
    buf_start(&result, ctx->arena, 1024);
    emit_start(&emit, &result);
    if (!js_parse(ctx->arena, str_of(tool->schema), &schema, &ctx->err) ||
        !schema_check(schema, args, &ctx->err) || !tool->run(ctx, args, &emit))
        return tell_failure(ctx, tool);
    *result_out = result.data;
    return true;
}
