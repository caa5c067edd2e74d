/*
 * add_observations: add what is known of entities of the memory.
 */
#include "tool/entities.h"

#include "base/js.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct str told;

    if (!entities_write(ctx, &add_observations, STMT_entity_observe,
                        str_of(js_text(ctx->arena, js_find(args, "observations"))), &told))
        return false;
    entities_emit_list(ctx, "results", told, out);
    return true;
}

const struct tool add_observations = {
    .name = "add_observations",
    .title = "Add Observations",
    .says = "Add new observations to existing entities in the knowledge graph",
    .scope = "write",
    .schema = ENTITIES_LIST("observations",
                            "{\"type\":\"object\",\"required\":[\"entityName\",\"contents\"],"
                            "\"properties\":{"
                            "\"entityName\":" ENTITIES_NAME(
                                "The name of the entity to add the "
                                "observations to") ",\"contents\""
                                                   ":" ENTITIES_TEXTS("An array of "
                                                                      "observation contents "
                                                                      "to add") "}}"),
    .result = RESULT("\"results\"", "\"results\":" RESULT_LIST(
                                        RESULT("\"entityName\",\"addedObservations\"",
                                               "\"entityName\":" RESULT_TEXT
                                               ",\"addedObservations\":" RESULT_TEXTS))),
    .toolsets = "entities memory",
    .run = run,
};
