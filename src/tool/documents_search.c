/*
 * documents_search: find documents of a collection by words, by meaning, or by both.
 */
#include "tool/documents.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct search search;

    search_start(&search, ctx->arena);
    return documents_find(ctx, &documents_search, args, &search, out);
}

const struct tool documents_search = {
    .name = "documents.search",
    .aliases = {"search"},
    .title = "Search documents",
    .says = "Finds documents of a collection that answer or concern a query, best first: by "
            "meaning and "
            "words together, or as mode says. With operators the query may have \"exact "
            "phrases\", prefix*, "
            "+required and -excluded words.",
    .scope = "read",
    .read_only = true,
    .schema =
        "{\"type\":\"object\",\"required\":[\"collection\",\"query\"],\"additionalProperties\":"
        "false,"
        "\"properties\":{" DOCUMENTS_COLLECTION "," DOCUMENTS_ASKED "," DOCUMENTS_WHERE ","
        "\"mode\":{\"type\":\"string\",\"enum\":[\"hybrid\",\"vector\",\"lexical\",\"graph\","
        "\"global\"],\"default\":\"hybrid\"},"
        "\"operators\":{\"type\":\"boolean\",\"default\":false},"
        "\"offset\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":10000},"
        "\"min_score\":{\"type\":\"number\"},"
        "\"weight\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1,\"description\":\"Share "
        "of meaning in hybrid scores.\"},"
        "\"hops\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":4},"
        "\"fusion\":{\"type\":\"string\",\"enum\":[\"weighted\",\"rrf\"]},"
        "\"diversity\":{\"type\":\"object\"},\"recency\":{\"type\":\"object\"},\"importance\":{"
        "\"type\":\"object\"},"
        "\"highlight\":{\"type\":\"boolean\"}}}",
    .result = DOCUMENTS_FOUND,
    .toolsets = "documents search",
    .run = run,
};
