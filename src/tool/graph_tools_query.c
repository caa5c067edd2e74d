/*
 * graph_tools_query: a search that goes from what a query names to what documents say of it.
 */
#include "tool/graph_tools.h"

#include "base/js.h"
#include "tool/documents.h"
#include "tool/invoke.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct search search;

    search_start(&search, ctx->arena);
    search.mode = SEARCH_GRAPH;
    if (!documents_find(ctx, &graph_tools_query, args, &search, out))
        return false;
    return true;
}

const struct tool graph_tools_query = {
    .name = "graph.query",
    .title = "Search through the graph",
    .says = "Finds documents over what they speak of: those that name what the query names, "
            "and those that hang together with them over shared names, each with the way that "
            "led there.",
    .scope = "read",
    .read_only = true,
    .schema =
        "{\"type\":\"object\",\"required\":[\"collection\",\"query\"],\"additionalProperties\":"
        "false,\"properties\":{" DOCUMENTS_COLLECTION "," DOCUMENTS_ASKED "," DOCUMENTS_WHERE
        ",\"hops\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":4,\"default\":1,"
        "\"description\":\"How many names may stand between two documents.\"}"
        "}}",
    .result = DOCUMENTS_FOUND,
    .toolsets = "graph",
    .run = run,
};
