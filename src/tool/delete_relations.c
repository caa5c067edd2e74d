/*
 * delete_relations: take relations of entities of the memory away.
 */
#include "tool/entities.h"

#include "base/js.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct str told;

    if (!entities_run(ctx, &delete_relations, STMT_entity_unrelate,
                      str_of(js_text(ctx->arena, js_find(args, "relations"))), &told))
        return false;
    entities_emit_done(ctx, "Relations deleted successfully", out);
    return true;
}

const struct tool delete_relations = {
    .name = "delete_relations",
    .title = "Delete Relations",
    .says = "Delete multiple relations from the knowledge graph",
    .scope = "write",
    .destructive = true,
    .idempotent = true,
    .schema = ENTITIES_LIST("relations", ENTITIES_RELATION),
    .result = ENTITIES_DONE_RESULT,
    .toolsets = "entities memory",
    .run = run,
};
