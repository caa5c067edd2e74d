/*
 * task_list: the tasks of who asks.
 */
#include "base/js.h"
#include "tool/invoke.h"
#include "tool/task.h"
#include "tool/task_tools.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call =
        task_page(pipe, false, js_str(js_find(args, "status")), js_str(js_find(args, "after")),
                  js_long(js_find(args, "limit"), 20));

    if (!invoke_commit(ctx, &task_list, pipe))
        return false;
    emit_object(out, NULL);
    emit_array(out, "tasks");
    for (size_t row = 0; row < call_rows(call); row++) {
        struct task task = task_read(call, row);

        task_emit(out, NULL, &task, true);
    }
    emit_array_end(out);
    emit_object_end(out);
    return true;
}

const struct tool task_list = {
    .name = "tasks.list",
    .toolsets = "system",
    .title = "List tasks",
    .says =
        "Lists the tasks that were started with this key, the newest first, with their status.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
              "\"status\":{\"type\":\"string\",\"enum\":[\"queued\",\"working\","
              "\"input_required\",\"completed\",\"failed\",\"cancelled\"],"
              "\"description\":\"only tasks with it\"},"
              "\"after\":{\"type\":\"string\",\"maxLength\":36,"
              "\"description\":\"id of the last task of the page before\"},"
              "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":200,"
              "\"description\":\"how many at most (20)\"}}}",
    .result = "{\"type\":\"object\",\"required\":[\"tasks\"],\"properties\":{\"tasks\":{"
              "\"type\":\"array\",\"items\":" TASK_RESULT_SCHEMA "}}}",
    .run = run,
};
