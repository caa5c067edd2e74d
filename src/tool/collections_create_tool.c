/*
 * collections_create_tool: make a collection.
 */
#include "tool/documents.h"

#include "base/js.h"
#include "store/collection.h"
#include "tool/invoke.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct str text = documents_text(ctx, args);
    struct pipe *pipe = invoke_pipe(ctx);
    struct collection_wish wish;
    struct call *call;
    struct scan scan;

    scan_start(&scan, text.at, text.len, ctx->arena, &ctx->err);
    collection_wish_start(&wish, STR(COLLECTION_DATABASE));
    if (!collection_wish_scan(&scan, &wish) || !scan_end(&scan) ||
        !collection_wish_fit(&wish, ctx->service->embed, &ctx->err))
        return false;
    collection_create(pipe, &wish);
    call = collection_describe(pipe, wish.database, wish.name, 1, 0);
    if (!invoke_commit(ctx, &collections_create_tool, pipe))
        return false;
    collection_emit(call, 0, out, NULL);
    return true;
}

const struct tool collections_create_tool = {
    .name = "collections.create",
    .title = "Make a collection",
    .says =
        "Makes a collection for documents; with if_missing one that is there already is fine.",
    .scope = "write",
    .schema = "{\"type\":\"object\",\"required\":[\"name\"],\"additionalProperties\":false,"
              "\"properties\":{"
              "\"name\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":512}"
              ",\"dimension\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":16000},\"space\":"
              "{\"type\":\"string\",\"enum\":[\"cosine\",\"l2\",\"ip\"],\"default\":\"cosine\"}"
              ",\"embedder\":{\"type\":\"string\",\"maxLength\":200},\"language\":{\"type\":"
              "\"string\",\"maxLength\":60,\"default\":\"english\"},\"metadata\":{\"type\":"
              "\"object\"},\"weights\":{\"type\":\"object\",\"additionalProperties\":{\"type\":"
              "\"number\"},\"description\":\"Fields of the metadata whose words count, and how "
              "often.\"},\"if_missing\":{\"type\":\"boolean\",\"default\":false}}}",
    .result = DOCUMENTS_COLLECTION_RESULT,
    .toolsets = "collections",
    .run = run,
};
