/*
 * project_log_event: write down what happened in a project.
 */
#include "tool/project.h"

#include "tool/invoke.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct json_object *details = js_find(args, "details");
    struct str type = js_str(js_find(args, "eventType")),
               status = given_str(args, "status", NULL);
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_project_log);

    call_str(call, type.at != NULL ? type : STR("other"));
    call_str(call, status.at != NULL ? status : STR("success"));
    call_text(call, details == NULL ? "{}" : js_text(ctx->arena, details));
    if (!invoke_commit(ctx, &project_log_event, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_long(out, "id", call_cell_long(call, 0, 0));
    emit_text(out, "message", "The event was logged.");
    emit_object_end(out);
    return true;
}

const struct tool project_log_event = {
    .name = "project.log_event",
    .title = "Log an event of a project",
    .says = "Writes down that something was built, tested, deployed or otherwise happened.",
    .scope = "write",
    .schema = "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":"
              "{" PROJECT_TYPE_SCHEMA "," PROJECT_STATUS_SCHEMA
              ",\"details\":{\"description\":\"Anything that tells more.\"}}}",
    .result =
        RESULT_DONE("\"id\",\"message\"", "\"id\":" RESULT_COUNT ",\"message\":" RESULT_TEXT),
    .toolsets = "project",
    .run = run,
};
