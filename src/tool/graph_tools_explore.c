/*
 * graph_tools_explore: a search that walks on where the graph answers the query best.
 */
#include "tool/graph_tools.h"

#include "base/js.h"
#include "search/search_embed.h"
#include "search/search_emit.h"
#include "tool/documents.h"
#include "tool/invoke.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct str text = documents_text(ctx, args);
    struct search search;
    struct call *call;
    struct scan scan;

    search_start(&search, ctx->arena);
    search.mode = SEARCH_EXPLORE;
    search.graphs = ctx->service->graphs;
    scan_start(&scan, text.at, text.len, ctx->arena, &ctx->err);
    if (!search_scan(&scan, &search) || !search_embed_for(&search, ctx) ||
        !search_run(&search, ctx->conn, ctx->arena, &ctx->claims, ctx->deadline, &call,
                    &ctx->err) ||
        !invoke_commit(ctx, &graph_tools_explore, invoke_pipe(ctx)))
        return false;
    ctx->degraded = search_degraded(&search, call);
    emit_object(out, NULL);
    search_emit(&search, call, out);
    emit_object_end(out);
    return true;
}

const struct tool graph_tools_explore = {
    .name = "graph.explore",
    .title = "Explore the graph",
    .says =
        "Answers a question whose parts stand in several documents: walks from what the "
        "question names to what answers it, step by step, and tells the way to each document.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"required\":[\"collection\",\"query\"],"
              "\"additionalProperties\":false,\"properties\":{" DOCUMENTS_COLLECTION
              "," DOCUMENTS_ASKED "," DOCUMENTS_WHERE "}}",
    .result = DOCUMENTS_FOUND,
    .toolsets = "graph",
    .run = run,
};
