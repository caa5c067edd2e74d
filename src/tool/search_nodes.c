/*
 * search_nodes: entities of the memory that have a text in them, and what they are related to.
 */
#include "tool/entities.h"

#include "base/js.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct str told;

    if (!entities_run(ctx, &search_nodes, STMT_entity_search, js_str(js_find(args, "query")),
                      &told))
        return false;
    entities_emit_graph(ctx, told, out);
    return true;
}

const struct tool search_nodes = {
    .name = "search_nodes",
    .title = "Search Nodes",
    .says = "Search for nodes in the knowledge graph based on a query",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"required\":[\"query\"],\"properties\":{"
              "\"query\":" ENTITIES_TEXT("The search query to match against entity names, "
                                         "types, and observation content") "}}",
    .result = ENTITIES_GRAPH_RESULT,
    .toolsets = "entities memory",
    .run = run,
};
