/*
 * create_relations: relate entities of the memory, where they are not related so yet.
 */
#include "tool/entities.h"

#include "base/js.h"
#include "graph/entity.h"

static void
emit_relation(struct ctx *ctx, struct json_object *relation, struct emit *json)
{
    struct str from = js_str(js_find(relation, "from")), to = js_str(js_find(relation, "to"));

    emit_object(json, NULL);
    emit_str(json, "from", from);
    emit_str(json, "to", to);
    emit_str(json, "relationType", js_str(js_find(relation, "relationType")));
    emit_str(json, "subject", entity_key(ctx->arena, from));
    emit_str(json, "object", entity_key(ctx->arena, to));
    emit_object_end(json);
}

/* The relations with the keys that the graph knows the names by. */
static struct str
keyed(struct ctx *ctx, struct json_object *relations)
{
    struct buf text;
    struct emit json;

    buf_start(&text, ctx->arena, 1024);
    emit_start(&json, &text);
    emit_array(&json, NULL);
    for (size_t i = 0; i < js_count(relations); i++)
        emit_relation(ctx, js_item(relations, i), &json);
    emit_array_end(&json);
    return (struct str){text.data, text.len};
}

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct str told;

    if (!entities_run(ctx, &create_relations, STMT_entity_relate,
                      keyed(ctx, js_find(args, "relations")), &told))
        return false;
    entities_emit_list(ctx, "relations", told, out);
    return true;
}

const struct tool create_relations = {
    .name = "create_relations",
    .title = "Create Relations",
    .says = "Create multiple new relations between entities in the knowledge graph. Relations "
            "should be in active voice",
    .scope = "write",
    .schema = ENTITIES_LIST("relations", ENTITIES_RELATION),
    .result = RESULT("\"relations\"", "\"relations\":" RESULT_LIST(ENTITIES_RELATION_RESULT)),
    .toolsets = "entities memory",
    .run = run,
};
