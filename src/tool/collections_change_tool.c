/*
 * collections_change_tool: other words for a collection.
 */
#include "tool/documents.h"

#include "base/js.h"
#include "store/collection.h"
#include "tool/invoke.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct collection_wish wish = {.database = STR(COLLECTION_DATABASE)};
    struct str text = documents_text(ctx, args);
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call;
    struct scan scan;

    scan_start(&scan, text.at, text.len, ctx->arena, &ctx->err);
    if (!collection_change_scan(&scan, &wish) || !scan_end(&scan))
        return false;
    collection_change(pipe, &wish);
    call = collection_describe(pipe, wish.database, wish.name, 1, 0);
    if (!invoke_commit(ctx, &collections_change_tool, pipe))
        return false;
    collection_emit(call, 0, out, NULL);
    return true;
}

const struct tool collections_change_tool = {
    .name = "collections.change",
    .title = "Change a collection's words",
    .says =
        "Changes in which language a collection's texts are read for searches by words, and "
        "which fields of the metadata count there. The words are made anew in the "
        "background; `changing` tells how far that is.",
    .scope = "write",
    .schema = "{\"type\":\"object\",\"required\":[\"name\"],\"additionalProperties\":false,"
              "\"properties\":{"
              "\"name\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":512}"
              ",\"language\":{\"type\":\"string\",\"maxLength\":60},\"weights\":{\"type\":"
              "\"object\",\"additionalProperties\":{\"type\":\"number\"},\"description\":"
              "\"Fields of the metadata whose words count, and how often; {} for none.\"}}}",
    .result = DOCUMENTS_COLLECTION_RESULT,
    .toolsets = "collections",
    .run = run,
};
