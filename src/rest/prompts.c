/*
 * prompts: /v1/prompts, one function a verb.
 */
#include "rest/prompts.h"

#include "memory/prompt.h"
#include "rest/args.h"
#include "rest/body.h"

#define VERSION "\"version\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":1000000000}"

static const char add_schema[] =
    "{\"type\":\"object\",\"required\":[\"text\"],\"additionalProperties\":false,"
    "\"properties\":{\"text\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000000},"
    "\"active\":{\"type\":\"boolean\"},\"created_by\":{\"type\":\"string\",\"maxLength\":"
    "256}}}";
static const char activate_schema[] =
    "{\"type\":\"object\",\"required\":[\"version\"],\"additionalProperties\":false,"
    "\"properties\":{" VERSION "}}";
static const char report_schema[] =
    "{\"type\":\"object\",\"required\":[\"kpi\",\"delta\"],\"additionalProperties\":false,"
    "\"properties\":{" VERSION ",\"kpi\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":"
    "256},\"delta\":{\"type\":\"number\"},\"input_summary\":{\"type\":\"string\","
    "\"maxLength\":100000},\"output_summary\":{\"type\":\"string\",\"maxLength\":100000},"
    "\"context\":{}}}";

static bool
answer_prompt(struct ctx *ctx, struct pipe *pipe, const struct call *call, int status)
{
    if (!body_run(ctx, pipe))
        return false;
    emit_raw(reply_json(&ctx->reply, status), NULL, call_cell(call, 0, 1).at);
    return true;
}

bool
prompts_add(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct json_object *args;

    return args_read(ctx, add_schema, &args) &&
           answer_prompt(ctx, pipe, prompt_add_call(pipe, ctx_param(ctx, "agent"), args, false),
                         201);
}

bool
prompts_list(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    long limit = 50;
    struct call *call;
    struct emit *emit;

    if (!request_query_long(ctx->request, ctx->arena, "limit", 1, 1000, &limit, &ctx->err))
        return false;
    call = prompt_list_call(pipe, ctx_param(ctx, "agent"), limit, false);
    if (!body_run(ctx, pipe))
        return false;
    emit = reply_json(&ctx->reply, 200);
    emit_object(emit, NULL);
    emit_raw(emit, "prompts", call_cell(call, 0, 0).at);
    emit_long(emit, "total", call_cell_long(call, 0, 1));
    emit_object_end(emit);
    return true;
}

bool
prompts_active(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);

    return answer_prompt(ctx, pipe, prompt_get_call(pipe, ctx_param(ctx, "agent"), 0, false),
                         200);
}

bool
prompts_activate(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct json_object *args;

    return args_read(ctx, activate_schema, &args) &&
           answer_prompt(ctx, pipe,
                         prompt_activate_call(pipe, ctx_param(ctx, "agent"),
                                              js_long(js_find(args, "version"), 0), false),
                         200);
}

bool
prompts_report(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct json_object *args;
    struct call *call;
    struct emit *emit;

    if (!args_read(ctx, report_schema, &args))
        return false;
    call = prompt_report_call(pipe, ctx->arena, ctx_param(ctx, "agent"), args);
    if (!body_run(ctx, pipe))
        return false;
    emit = reply_json(&ctx->reply, 201);
    emit_object(emit, NULL);
    emit_long(emit, "id", call_cell_long(call, 0, 0));
    emit_long(emit, "version", call_cell_long(call, 0, 1));
    emit_double(emit, "average", call_cell_double(call, 0, 2));
    emit_long(emit, "runs", call_cell_long(call, 0, 3));
    emit_bool(emit, "needs_refinement", call_cell_bool(call, 0, 4));
    emit_object_end(emit);
    return true;
}
