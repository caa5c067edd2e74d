/*
 * run: one turn at a task, on behalf of who asked for it.
 */
#include "task/run.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/js.h"
#include "base/log.h"
#include "base/metric.h"
#include "remote/remote.h"
#include "tool/invoke.h"
#include "tool/outcome.h"
#include "tool/table.h"
#include "tool/turn.h"
#include "web/ctx.h"

#include <string.h>

/* Codes of JSON-RPC, as the error of a failed task has them. */
#define CODE_INTERNAL (-32603)
#define CODE_SERVER   (-32000)
#define AWAY_MS       1000

/* Does the work of one kind of task: the members of its result in `json`, or ctx->err; with
   ERR_BUSY, *wait_ms is how long to wait before another attempt, at least. */
typedef bool kind_fn(struct ctx *ctx, const struct slot_order *order, struct json_object *args,
                     struct emit *json, long *wait_ms);

static bool
run_tool(struct ctx *ctx, const struct slot_order *order, struct json_object *args,
         struct emit *json, long *wait_ms)
{
    struct err none = {.kind = ERR_NONE};
    const char *result;

    (void)wait_ms;
    if (!invoke_tool(ctx, str_of(order->name), args, &result))
        return false;
    if (ctx->turn->questions == NULL)
        outcome_emit(json, ctx->turn, tool_table_find(str_of(order->name), &none), result);
    return true;
}

static bool
run_http(struct ctx *ctx, const struct slot_order *order, struct json_object *args,
         struct emit *json, long *wait_ms)
{
    return remote_run(ctx, order->name, args, order->attempt, json, wait_ms);
}

static const struct {
    const char *name;
    kind_fn *run;
} kinds[] = {
    {"tool", run_tool},
    {"http", run_http},
};

static kind_fn *
kind_of(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return kinds[i].run;
    return NULL;
}

static void
progress(struct ctx *ctx, double done, double total, const char *says)
{
    slot_tell(ctx->turn->wire, done, total, says);
}

static void
error_write(struct emit *json, const struct err *err)
{
    bool ours = err->kind != ERR_AUTH && err->kind != ERR_DENIED;

    emit_object(json, NULL);
    emit_long(json, "code", ours ? CODE_INTERNAL : CODE_SERVER);
    emit_text(json, "message",
              err->kind == ERR_INTERNAL
                  ? "the tool failed; the engine's log tells more about it"
                  : err->text);
    emit_object_end(json);
}

/* What comes of a turn that failed: a result that tells of it when the call itself was wrong,
   else an error; what may pass is tried again. */
static const char *
failed(struct slot *slot, struct ctx *ctx, struct emit *json)
{
    if (slot->is_stopped && ctx->err.kind == ERR_GONE)
        return slot->stop_means;
    if (outcome_is_outside(ctx->err.kind)) {
        log_say(LOG_WARN_LEVEL, "task.failed", "%s %s: %s (%s)", slot->order.name,
                slot->order.id, ctx->err.text, ctx->err.detail);
        error_write(json, &ctx->err);
        return ctx->err.kind == ERR_BUSY ? "again" : "failed";
    }
    emit_object(json, NULL);
    emit_text(json, "resultType", "complete");
    outcome_emit_failure(json, &ctx->err);
    emit_object_end(json);
    return "completed";
}

/* That whoever asked may still do so, before anything is done: a tool that says nothing to the
   database would never hear. */
static bool
still_allowed(struct ctx *ctx)
{
    return pipe_run(turn_pipe(ctx), ctx->deadline, &ctx->err);
}

/* False: ctx->err tells why, and end->wait_ms when another attempt makes sense; *away_out: it
   is only that the database is away. */
static bool
order_run(struct slot *slot, struct ctx *ctx, struct buf *body, struct slot_end *end,
          bool *away_out)
{
    kind_fn *run = kind_of(slot->order.kind);
    struct json_object *args;
    struct emit json;

    if (run == NULL)
        return err_set(&ctx->err, ERR_BUSY, "this engine does not know tasks of this kind");
    if (!still_allowed(ctx)) {
        *away_out = ctx->err.kind == ERR_BUSY;
        return false;
    }
    if (!js_parse(ctx->arena, str_of(slot->order.args), &args, &ctx->err) ||
        (slot->order.answers.at != NULL &&
         !js_parse(ctx->arena, slot->order.answers, &ctx->turn->responses, &ctx->err)))
        return false;
    emit_start(&json, body);
    emit_object(&json, NULL);
    emit_text(&json, "resultType", "complete");
    if (!run(ctx, &slot->order, args, &json, &end->wait_ms))
        return false;
    emit_object_end(&json);
    return true;
}

/* What comes of a turn. */
static void
order_end(struct slot *slot, struct ctx *ctx, bool fine, struct buf *body, struct slot_end *end)
{
    const struct turn *turn = ctx->turn;
    struct emit json;

    end->outcome = "completed";
    if (fine && turn->questions != NULL) {
        end->outcome = "asked";
        end->body = turn->questions;
        end->keep = turn->keep;
        return;
    }
    if (!fine) {
        buf_start(body, slot->arena, 256);
        emit_start(&json, body);
        end->outcome = failed(slot, ctx, &json);
    }
    end->body = body->data;
}

struct slot_end
run_order(struct slot *slot)
{
    long ms = conf_long(CONF_task_timeout);
    int64_t began = clock_us();
    struct turn turn = {.client = slot->order.client,
                        .state = slot->order.state,
                        .progress = progress,
                        .wire = slot};
    struct ctx ctx = {
        .arena = slot->arena,
        .wire = "task",
        .service = slot_service(slot->all),
        .conn = slot->conn,
        .claims = {.kind = CLAIMS_TASK,
                   .task = slot->order.id,
                   .lease = slot->order.lease,
                   .timeout_ms = ms},
        .deadline = began + ms * 1000,
        .turn = &turn,
    };
    struct slot_end end = {.outcome = NULL};
    bool fine, away = false;
    struct buf body;

    metric_add(METRIC_tasks_running, 1);
    buf_start(&body, slot->arena, 1024);
    fine = order_run(slot, &ctx, &body, &end, &away);
    if (away) /* which is no fault of the task's */
        end = (struct slot_end){.outcome = "released", .wait_ms = AWAY_MS};
    else
        order_end(slot, &ctx, fine, &body, &end);
    metric_add(METRIC_tasks_running, -1);
    metric_add(METRIC_tasks_ended_total, 1);
    metric_time(METRIC_task_seconds, clock_us() - began);
    log_say(LOG_INFO_LEVEL, "task.turn", "%s %s: %s after %ld ms", slot->order.name,
            slot->order.id, end.outcome, (long)((clock_us() - began) / 1000));
    return end;
}
