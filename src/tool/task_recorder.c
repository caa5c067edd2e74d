/*
 * task_recorder: the tools that tell which calls are made again and again.
 */
#include "tool/task_recorder.h"

#include "base/js.h"
#include "tool/invoke.h"

#define LIMIT_SCHEMA                                                                           \
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"limit\":{\"type\":" \
    "\"integer\",\"minimum\":1,\"maximum\":1000,\"default\":100}}}"
#define SUGGESTION_SCHEMA                                                                      \
    "{\"type\":\"object\",\"required\":[\"suggestionId\"],\"additionalProperties\":false,"     \
    "\"properties\":{\"suggestionId\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":100}" \
    "}}"

static bool
list(struct ctx *ctx, const struct tool *tool, struct json_object *args, enum stmt_id stmt,
     const char *name, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = pipe_add(pipe, stmt);
    struct json_object *rows;

    call_long(call, js_long(js_find(args, "limit"), 100));
    if (!invoke_commit(ctx, tool, pipe) ||
        !js_parse(ctx->arena, call_cell(call, 0, 0), &rows, &ctx->err))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_raw(out, name, call_cell(call, 0, 0).at);
    emit_long(out, "count", (long)js_count(rows));
    emit_object_end(out);
    return true;
}

static bool
suggestions(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    return list(ctx, &task_recorder_suggestions, args, STMT_task_suggestions, "suggestions",
                out);
}

static bool
patterns(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    return list(ctx, &task_recorder_patterns, args, STMT_task_patterns, "patterns", out);
}

static bool
decide(struct ctx *ctx, const struct tool *tool, struct json_object *args, const char *verdict,
       const char *by, struct emit *out)
{
    struct str suggestion = js_str(js_find(args, "suggestionId"));
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_task_decide);

    call_str(call, suggestion);
    call_text(call, verdict);
    if (!invoke_commit(ctx, tool, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_text(out, "message", str_format(ctx->arena, "The suggestion is %s.", verdict));
    emit_str(out, "suggestionId", suggestion);
    emit_str(out, by, call_cell(call, 0, 0));
    emit_object_end(out);
    return true;
}

static bool
approve(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    return decide(ctx, &task_recorder_approve, args, "approved", "approvedBy", out);
}

static bool
reject(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    return decide(ctx, &task_recorder_reject, args, "rejected", "rejectedBy", out);
}

/* The arguments of the calls are known by their digest alone, so nothing can be done again. */
static bool
execute(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    (void)args, (void)out;
    return err_set(&ctx->err, ERR_UNAVAILABLE,
                   "this server keeps no arguments of calls, so it cannot make one again: call "
                   "the tool itself");
}

const struct tool task_recorder_suggestions = {
    .name = "taskrecorder.get_suggestions",
    .title = "Calls that could be made by themselves",
    .says = "Lists calls that are made again and again with the same arguments and go well, "
            "which nobody has approved or rejected yet.",
    .scope = "read",
    .read_only = true,
    .schema = LIMIT_SCHEMA,
    .toolsets = "legacy",
    .run = suggestions,
};

const struct tool task_recorder_patterns = {
    .name = "taskrecorder.get_patterns",
    .title = "Calls that are made again and again",
    .says = "Lists calls that were made at least twice with the same arguments: how often, how "
            "well, how long they take, and whether they are suggested.",
    .scope = "read",
    .read_only = true,
    .schema = LIMIT_SCHEMA,
    .toolsets = "legacy",
    .run = patterns,
};

const struct tool task_recorder_approve = {
    .name = "taskrecorder.approve",
    .title = "Approve a suggested call",
    .says = "Notes that a suggestion is approved, and by which key.",
    .scope = "write",
    .schema = SUGGESTION_SCHEMA,
    .toolsets = "legacy",
    .run = approve,
};

const struct tool task_recorder_reject = {
    .name = "taskrecorder.reject",
    .title = "Reject a suggested call",
    .says = "Notes that a suggestion is rejected: it is not made again.",
    .scope = "write",
    .schema = SUGGESTION_SCHEMA,
    .toolsets = "legacy",
    .run = reject,
};

const struct tool task_recorder_execute = {
    .name = "taskrecorder.execute",
    .title = "Make an approved call (not here)",
    .says = "Not available: this server keeps no arguments of calls. Call the tool itself.",
    .scope = "write",
    .schema =
        "{\"type\":\"object\",\"required\":[\"suggestionId\",\"taskSignature\",\"taskType\"],"
        "\"additionalProperties\":false,\"properties\":{\"suggestionId\":{\"type\":\"string\"},"
        "\"taskSignature\":{\"type\":\"string\"},\"taskType\":{\"type\":\"string\"},"
        "\"params\":{}}}",
    .toolsets = "legacy",
    .run = execute,
};
