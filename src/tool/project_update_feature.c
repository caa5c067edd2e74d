/*
 * project_update_feature: say how far a feature is.
 */
#include "tool/project.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    return project_add_feature_put(ctx, &project_update_feature, args, out);
}

const struct tool project_update_feature = {
    .name = "project.update_feature",
    .title = "Change the state of a feature",
    .says = "Says how far a feature is; a name that is not known yet is added.",
    .scope = "write",
    .destructive = true,
    .schema = "{\"type\":\"object\",\"required\":[\"name\",\"status\"],"
              "\"additionalProperties\":false,\"properties\":{" PROJECT_NAME_SCHEMA
              "," PROJECT_STATE_SCHEMA "}}",
    .result = RESULT_DONE("\"message\"", "\"message\":" RESULT_TEXT),
    .toolsets = "project",
    .idempotent = true,
    .run = run,
};
