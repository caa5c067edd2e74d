/*
 * read_graph: all entities of the memory and their relations.
 */
#include "tool/entities.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct str told;

    (void)args; /* it takes none */
    if (!entities_run(ctx, &read_graph, STMT_entity_graph, (struct str){0}, &told))
        return false;
    entities_emit_graph(ctx, told, out);
    return true;
}

const struct tool read_graph = {
    .name = "read_graph",
    .title = "Read Graph",
    .says = "Read the entire knowledge graph",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"properties\":{}}",
    .result = ENTITIES_GRAPH_RESULT,
    .toolsets = "entities memory",
    .run = run,
};
