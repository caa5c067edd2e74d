/*
 * project_get_features: the features of a project, the last changed first.
 */
#include "tool/project.h"

#include "tool/invoke.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_project_features);

    given_call_str(call, args, "status", NULL);
    if (!invoke_commit(ctx, &project_get_features, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_raw(out, "features", call_cell(call, 0, 0).at);
    emit_long(out, "count", call_cell_long(call, 0, 1));
    emit_object_end(out);
    return true;
}

const struct tool project_get_features = {
    .name = "project.get_features",
    .title = "Features of a project",
    .says = "Lists the features of a project with their state, the last changed first.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":"
              "{" PROJECT_STATE_SCHEMA "}}",
    .result = RESULT_DONE("\"features\",\"count\"",
                          "\"features\":" RESULT_LIST(RESULT(
                              "\"name\",\"description\",\"status\",\"createdAt\",\"updatedAt\"",
                              "\"name\":" RESULT_TEXT ",\"description\":" RESULT_TEXT_NULL
                              ",\"status\":" RESULT_TEXT ",\"createdAt\":" RESULT_TEXT
                              ",\"updatedAt\":" RESULT_TEXT)) ",\"count\":" RESULT_COUNT),
    .toolsets = "project",
    .run = run,
};
