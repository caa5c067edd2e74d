/*
 * task_show: one task with what it asks, told or ended with.
 */
#include "base/js.h"
#include "tool/invoke.h"
#include "tool/task.h"
#include "tool/task_tools.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = task_get(pipe, js_str(js_find(args, "id")), false);
    struct task task;

    if (!invoke_commit(ctx, &task_show, pipe))
        return false;
    task = task_read(call, 0);
    task_emit(out, NULL, &task, false);
    return true;
}

const struct tool task_show = {
    .name = "tasks.get",
    .toolsets = "system",
    .title = "Show a task",
    .says = "Shows one task: its status, what it asks, and its result when it has ended.",
    .scope = "read",
    .read_only = true,
    .schema = TASK_ID_SCHEMA,
    .result = TASK_RESULT_SCHEMA,
    .run = run,
};
