/*
 * project_add_feature: say what a project has or will have.
 */
#include "tool/project.h"

#include "tool/invoke.h"
#include "tool/result.h"

bool
project_add_feature_put(struct ctx *ctx, const struct tool *tool, struct json_object *args,
                        struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_project_feature_put);

    given_call_str(call, args, "name", NULL);
    given_call_str(call, args, "description", NULL);
    given_call_str(call, args, "status", NULL);
    if (!invoke_commit(ctx, tool, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_text(out, "message",
              call_cell_bool(call, 0, 0) ? "The feature was added."
                                         : "The feature was changed.");
    emit_object_end(out);
    return true;
}

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    return project_add_feature_put(ctx, &project_add_feature, args, out);
}

const struct tool project_add_feature = {
    .name = "project.add_feature",
    .title = "Add a feature of a project",
    .says = "Adds a feature by its name; one of that name is changed instead.",
    .scope = "write",
    .destructive = true,
    .schema = "{\"type\":\"object\",\"required\":[\"name\"],\"additionalProperties\":false,"
              "\"properties\":{" PROJECT_NAME_SCHEMA ",\"description\":{\"type\":\"string\","
              "\"maxLength\":100000}," PROJECT_STATE_SCHEMA "}}",
    .result = RESULT_DONE("\"message\"", "\"message\":" RESULT_TEXT),
    .toolsets = "project",
    .idempotent = true,
    .run = run,
};
