/*
 * tasks: the extension io.modelcontextprotocol/tasks: calls that go on after their answer.
 */
#include "mcp/tasks.h"

#include "base/js.h"
#include "mcp/client.h"
#include "mcp/method.h"
#include "mcp/session.h"
#include "mcp/sse.h"
#include "remote/remote.h"
#include "tool/calling.h"
#include "tool/outcome.h"
#include "tool/rate.h"
#include "tool/schema.h"
#include "tool/table.h"
#include "tool/task.h"
#include "tool/turn.h"
#include "web/piece.h"

#include <string.h>

#define POLL_MS 500

bool
tasks_offered(const struct rpc *rpc)
{
    return rpc->is_modern && (rpc->client & TURN_TASKS) != 0;
}

bool
tasks_refuse(struct ctx *ctx, const struct rpc *rpc)
{
    return rpc_error(ctx, rpc, rpc->is_modern ? 400 : 200, RPC_CLIENT,
                     "{\"requiredCapabilities\":{\"extensions\":{\"" CLIENT_TASKS "\":{}}}}",
                     "this needs a client that declares the extension " CLIENT_TASKS);
}

/* The status as the protocol has it: what waits for a thread is being worked on. */
static struct str
status(const struct task *task)
{
    return str_is(task->status, "queued") ? STR("working") : task->status;
}

static void
task_members(struct emit *json, const struct task *task)
{
    emit_str(json, "taskId", task->id);
    emit_str(json, "status", status(task));
    if (task->says.at != NULL)
        emit_str(json, "statusMessage", task->says);
    emit_str(json, "createdAt", task->created);
    emit_str(json, "lastUpdatedAt", task->updated);
    if (task->ttl_ms > 0)
        emit_long(json, "ttlMs", task->ttl_ms);
    else
        emit_null(json, "ttlMs");
    emit_long(json, "pollIntervalMs", POLL_MS);
}

static bool
arguments_fit(struct ctx *ctx, const struct tool *tool, struct json_object *args)
{
    struct json_object *schema;

    return js_parse(ctx->arena, str_of(tool->schema), &schema, &ctx->err) &&
           schema_check(ctx->arena, schema, args, &ctx->err);
}

static bool
create(struct ctx *ctx, const struct rpc *rpc, const struct tool *tool,
       struct json_object *args, struct str state, struct task *task_out)
{
    struct pipe *pipe = turn_pipe(ctx);
    struct call *call = task_create(pipe, "tool", str_of(tool->name), js_text(ctx->arena, args),
                                    rpc->client, state);

    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    *task_out = task_read(call, 0);
    return true;
}

static bool
answer_task(struct ctx *ctx, const struct rpc *rpc, const struct task *task)
{
    struct emit *json = rpc_result_of(ctx, rpc, "task");

    task_members(json, task);
    rpc_result_end(json);
    return true;
}

bool
tasks_begin(struct ctx *ctx, const struct rpc *rpc, const struct tool *tool,
            struct json_object *args)
{
    struct calling *calling;
    const char *none;
    struct emit *json;
    struct task task;

    if (!arguments_fit(ctx, tool, args)) {
        json = rpc_result(ctx, rpc);
        outcome_emit_failure(json, &ctx->err);
        rpc_result_end(json);
        return true;
    }
    calling = arena_take(ctx->arena, sizeof *calling);
    if (!calling_begin(ctx, calling, tool, args)) {
        calling_fail(ctx, &none);
        return false;
    }
    return create(ctx, rpc, tool, args, (struct str){NULL, 0}, &task) &&
           answer_task(ctx, rpc, &task);
}

bool
tasks_go_on(struct ctx *ctx, const struct rpc *rpc, const struct tool *tool,
            struct json_object *args)
{
    struct task task;

    return create(ctx, rpc, tool, args, ctx->turn->keep, &task) && answer_task(ctx, rpc, &task);
}

/* What a task ended with, as the result or the error of a call. */
static bool
answer_end(struct ctx *ctx, const struct rpc *rpc, const struct task *task)
{
    struct json_object *tree = NULL;
    struct emit *json;

    if (task->result.at == NULL && task->error.at == NULL)
        return rpc_error(ctx, rpc, 200, RPC_SERVER, NULL, "the call was cancelled");
    if (!js_parse(ctx->arena, task->result.at == NULL ? task->error : task->result, &tree,
                  &ctx->err))
        return false;
    if (task->result.at == NULL)
        return rpc_error(ctx, rpc, 200,
                         (enum rpc_code)js_long(js_find(tree, "code"), RPC_INTERNAL), NULL,
                         "%.200s", str_copy(ctx->arena, js_str(js_find(tree, "message"))));
    json = rpc_result(ctx, rpc);
    for (struct js_place at = {0}; js_next(tree, &at);)
        if (strcmp(at.name, "resultType") != 0)
            emit_raw(json, at.name, js_text(ctx->arena, at.value));
    rpc_result_end(json);
    return true;
}

/* Runs the pipe that makes the task.  That there is no tool of this name is told in the words
   of who found none before, or with a name that is near it. */
static bool
call_run(struct ctx *ctx, struct pipe *pipe, struct str name)
{
    struct err unknown = ctx->err;

    ctx->err = (struct err){.kind = ERR_NONE};
    if (pipe_run(pipe, ctx->deadline, &ctx->err))
        return true;
    if (ctx->err.kind != ERR_MISSING)
        return false;
    ctx->err = unknown;
    tool_table_find(name, &ctx->err);
    return false;
}

/* The response stays open without a thread, and the engine sends the answer to it. */
static bool
hand_over(struct ctx *ctx, const struct rpc *rpc, struct str name, const char *args)
{
    char *stream = arena_take(ctx->arena, UUID_TEXT);
    struct pipe *pipe = turn_pipe(ctx);
    struct call *asked = sse_ask(ctx, pipe, NULL);

    uuid_new(stream);
    remote_begin(pipe, name, args, rpc->client, stream, rpc->id);
    if (!call_run(ctx, pipe, name))
        return false;
    rate_prove(ctx);
    sse_open_stream(ctx, asked, stream);
    session_watch(ctx, rpc->session);
    ctx->reply.stream->ends_work = rpc->is_modern;
    return true;
}

bool
tasks_call_remote(struct ctx *ctx, const struct rpc *rpc, struct str name,
                  struct json_object *args)
{
    const char *text = js_text(ctx->arena, args);
    struct pipe *pipe;
    struct call *call;
    struct task task;

    if (!remote_admit(ctx, name, args))
        return false;
    if (!tasks_offered(rpc) && !ctx->reply.streams && piece_accepted(ctx))
        return hand_over(ctx, rpc, name, text);
    pipe = turn_pipe(ctx);
    call = remote_begin(pipe, name, text, rpc->client, NULL, NULL);
    if (!call_run(ctx, pipe, name))
        return false;
    rate_prove(ctx);
    task = task_read(call, 0);
    if (tasks_offered(rpc))
        return answer_task(ctx, rpc, &task);
    return remote_await(ctx, &task) && answer_end(ctx, rpc, &task);
}

/* The id that every method names.  False: the refusal is answered. */
static bool
wanted(struct ctx *ctx, const struct rpc *rpc, struct str *id_out)
{
    *id_out = js_str(js_find(rpc->params, "taskId"));
    if (!tasks_offered(rpc))
        return tasks_refuse(ctx, rpc), false;
    if (id_out->at == NULL)
        return rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "taskId must be a task's id"), false;
    return true;
}

static bool
acknowledge(struct ctx *ctx, const struct rpc *rpc, struct pipe *pipe)
{
    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    rpc_result_end(rpc_result(ctx, rpc));
    return true;
}

bool
tasks_get(struct ctx *ctx, const struct rpc *rpc)
{
    struct pipe *pipe = turn_pipe(ctx);
    struct emit *json;
    struct call *call;
    struct task task;
    struct str id;

    if (!wanted(ctx, rpc, &id))
        return true;
    call = task_get(pipe, id, false);
    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    task = task_read(call, 0);
    json = rpc_result(ctx, rpc);
    task_members(json, &task);
    if (task.requests.at != NULL)
        emit_raw(json, "inputRequests", task.requests.at);
    if (task.result.at != NULL)
        emit_raw(json, "result", task.result.at);
    if (task.error.at != NULL)
        emit_raw(json, "error", task.error.at);
    rpc_result_end(json);
    return true;
}

bool
tasks_update(struct ctx *ctx, const struct rpc *rpc)
{
    struct json_object *answers = js_find(rpc->params, "inputResponses");
    struct pipe *pipe = turn_pipe(ctx);
    struct str id;

    if (!wanted(ctx, rpc, &id))
        return true;
    if (js_type(answers) != JS_OBJECT)
        return rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "inputResponses must be an object");
    task_answer(pipe, id, js_text(ctx->arena, answers));
    return acknowledge(ctx, rpc, pipe);
}

bool
tasks_cancel(struct ctx *ctx, const struct rpc *rpc)
{
    struct pipe *pipe = turn_pipe(ctx);
    struct str id;

    if (!wanted(ctx, rpc, &id))
        return true;
    task_cancel(pipe, id, false);
    return acknowledge(ctx, rpc, pipe);
}
