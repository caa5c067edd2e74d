/*
 * delete_observations: take away what was known of entities of the memory.
 */
#include "tool/entities.h"

#include "base/js.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct str told;

    if (!entities_write(ctx, &delete_observations, STMT_entity_unobserve,
                        str_of(js_text(ctx->arena, js_find(args, "deletions"))), &told))
        return false;
    entities_emit_done(ctx, "Observations deleted successfully", out);
    return true;
}

const struct tool delete_observations = {
    .name = "delete_observations",
    .title = "Delete Observations",
    .says = "Delete specific observations from entities in the knowledge graph",
    .scope = "write",
    .destructive = true,
    .idempotent = true,
    .schema = ENTITIES_LIST(
        "deletions",
        "{\"type\":\"object\",\"required\":[\"entityName\",\"observations\"],"
        "\"properties\":{"
        "\"entityName\":" ENTITIES_NAME(
            "The name of the entity containing the "
            "observations") ",\"observations\":" ENTITIES_TEXTS("An array of observations to "
                                                                "delete") "}}"),
    .result = ENTITIES_DONE_RESULT,
    .toolsets = "entities memory",
    .run = run,
};
