/*
 * project_get_events: what happened in a project, the newest first.
 */
#include "tool/project.h"

#include "tool/invoke.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_project_events);

    given_call_str(call, args, "eventType", NULL);
    given_call_str(call, args, "status", NULL);
    call_long(call, js_long(js_find(args, "limit"), 50));
    if (!invoke_commit(ctx, &project_get_events, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_raw(out, "events", call_cell(call, 0, 0).at);
    emit_long(out, "count", call_cell_long(call, 0, 1));
    emit_object_end(out);
    return true;
}

const struct tool project_get_events = {
    .name = "project.get_events",
    .title = "Events of a project",
    .says = "Lists what happened in a project, the newest first.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":"
              "{" PROJECT_TYPE_SCHEMA "," PROJECT_STATUS_SCHEMA ",\"limit\":{\"type\":"
              "\"integer\",\"minimum\":1,\"maximum\":1000,\"default\":50}}}",
    .result = RESULT_DONE(
        "\"events\",\"count\"",
        "\"events\":" RESULT_LIST(RESULT(
            "\"id\",\"eventType\",\"status\",\"timestamp\"",
            "\"id\":" RESULT_COUNT ",\"eventType\":" RESULT_TEXT ",\"status\":" RESULT_TEXT
            ",\"timestamp\":" RESULT_TEXT)) ",\"count\":" RESULT_COUNT),
    .toolsets = "project",
    .run = run,
};
