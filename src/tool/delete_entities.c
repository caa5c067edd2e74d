/*
 * delete_entities: take entities of the memory away, with their relations.
 */
#include "tool/entities.h"

#include "base/js.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct str told;

    if (!entities_run(ctx, &delete_entities, STMT_entity_delete,
                      str_of(js_text(ctx->arena, js_find(args, "entityNames"))), &told))
        return false;
    entities_emit_done(ctx, "Entities deleted successfully", out);
    return true;
}

const struct tool delete_entities = {
    .name = "delete_entities",
    .title = "Delete Entities",
    .says = "Delete multiple entities and their associated relations from the knowledge graph",
    .scope = "write",
    .destructive = true,
    .idempotent = true,
    .schema = "{\"type\":\"object\",\"required\":[\"entityNames\"],\"properties\":{"
              "\"entityNames\":" ENTITIES_NAMES("An array of entity names to delete") "}}",
    .result = ENTITIES_DONE_RESULT,
    .toolsets = "entities memory",
    .run = run,
};
