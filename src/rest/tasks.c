/*
 * tasks: /v1/tasks, work that outlives its request.
 *
 * A caller sees the tasks that were made with the same key; with ?all=true, which takes the
 * scope admin, those of everybody in the tenant.
 */
#include "rest/tasks.h"

#include "base/js.h"
#include "rest/args.h"
#include "rest/body.h"
#include "tool/task.h"

static const char reply_schema[] =
    "{\"type\":\"object\",\"required\":[\"answers\"],\"additionalProperties\":false,"
    "\"properties\":{\"answers\":{\"type\":\"object\"}}}";

static bool
everybody(struct ctx *ctx)
{
    bool all = str_is(request_query(ctx->request, ctx->arena, "all"), "true");

    if (all)
        ctx->claims.scope = "admin";
    return all;
}

bool
tasks_list(struct ctx *ctx)
{
    bool all = everybody(ctx);
    struct pipe *pipe = body_pipe(ctx);
    long limit = 50;
    struct call *call;
    struct emit *json;

    if (!request_query_long(ctx->request, ctx->arena, "limit", 1, 1000, &limit, &ctx->err))
        return false;
    call = task_page(pipe, all, request_query(ctx->request, ctx->arena, "status"),
                     request_query(ctx->request, ctx->arena, "after"), limit);
    if (!body_run(ctx, pipe))
        return false;
    json = reply_json(&ctx->reply, 200);
    emit_object(json, NULL);
    emit_array(json, "tasks");
    for (size_t row = 0; row < call_rows(call); row++) {
        struct task task = task_read(call, row);

        task_emit(json, NULL, &task, true);
    }
    emit_array_end(json);
    emit_object_end(json);
    return true;
}

/* The task that the only row of a call tells. */
static bool
answer(struct ctx *ctx, struct pipe *pipe, const struct call *call)
{
    struct task task;

    if (!body_run(ctx, pipe))
        return false;
    task = task_read(call, 0);
    task_emit(reply_json(&ctx->reply, 200), NULL, &task, false);
    return true;
}

bool
tasks_show(struct ctx *ctx)
{
    bool all = everybody(ctx);
    struct pipe *pipe = body_pipe(ctx);

    return answer(ctx, pipe, task_get(pipe, ctx_param(ctx, "id"), all));
}

bool
tasks_reply(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct json_object *args;

    return args_read(ctx, reply_schema, &args) &&
           answer(ctx, pipe,
                  task_answer(pipe, ctx_param(ctx, "id"),
                              js_text(ctx->arena, js_find(args, "answers"))));
}

bool
tasks_stop(struct ctx *ctx)
{
    bool all = everybody(ctx);
    struct pipe *pipe = body_pipe(ctx);

    return answer(ctx, pipe, task_cancel(pipe, ctx_param(ctx, "id"), all));
}
