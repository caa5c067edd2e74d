/*
 * open_nodes: entities of the memory by their names, and what they are related to.
 */
#include "tool/entities.h"

#include "base/js.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct str told;

    if (!entities_run(ctx, &open_nodes, STMT_entity_open,
                      str_of(js_text(ctx->arena, js_find(args, "names"))), &told))
        return false;
    entities_emit_graph(ctx, told, out);
    return true;
}

const struct tool open_nodes = {
    .name = "open_nodes",
    .title = "Open Nodes",
    .says = "Open specific nodes in the knowledge graph by their names",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"required\":[\"names\"],\"properties\":{"
              "\"names\":" ENTITIES_NAMES("An array of entity names to retrieve") "}}",
    .result = ENTITIES_GRAPH_RESULT,
    .toolsets = "entities memory",
    .run = run,
};
