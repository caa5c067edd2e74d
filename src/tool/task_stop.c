/*
 * task_stop: end a task before it is done.
 */
#include "base/js.h"
#include "tool/invoke.h"
#include "tool/task.h"
#include "tool/task_tools.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = task_cancel(pipe, js_str(js_find(args, "id")), false);
    struct task task;

    if (!invoke_commit(ctx, &task_stop, pipe))
        return false;
    task = task_read(call, 0);
    task_emit(out, NULL, &task, false);
    return true;
}

const struct tool task_stop = {
    .name = "tasks.cancel",
    .toolsets = "system",
    .title = "Cancel a task",
    .says = "Cancels a task that has not ended; what it did already stays done.",
    .scope = "write",
    .destructive = true,
    .schema = TASK_ID_SCHEMA,
    .result = TASK_RESULT_SCHEMA,
    .run = run,
};
