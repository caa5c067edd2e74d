/*
 * create_entities: make entities of the memory that are not there yet.
 */
#include "tool/entities.h"

#include "base/js.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct str told;

    if (!entities_write(ctx, &create_entities, STMT_entity_create,
                        str_of(js_text(ctx->arena, js_find(args, "entities"))), &told))
        return false;
    entities_emit_list(ctx, "entities", told, out);
    return true;
}

const struct tool create_entities = {
    .name = "create_entities",
    .title = "Create Entities",
    .says = "Create multiple new entities in the knowledge graph",
    .scope = "write",
    .schema = ENTITIES_LIST(
        "entities",
        "{\"type\":\"object\",\"required\":[\"name\",\"entityType\",\"observations\"],"
        "\"properties\":{"
        "\"name\":" ENTITIES_NAME("The name of the entity") ",\"entityType\":" ENTITIES_NAME(
            "The type of the entity") ",\"observations\":" ENTITIES_TEXTS("An array of "
                                                                          "observation "
                                                                          "contents associated "
                                                                          "with the entity") "}"
                                                                                             "}"),
    .result = RESULT("\"entities\"", "\"entities\":" RESULT_LIST(ENTITIES_ENTITY_RESULT)),
    .toolsets = "entities memory",
    .run = run,
};
