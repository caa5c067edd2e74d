/*
 * collections_describe_tool: one collection.
 */
#include "tool/documents.h"

#include "base/js.h"
#include "store/collection.h"
#include "tool/invoke.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = collection_describe(pipe, STR(COLLECTION_DATABASE),
                                            js_str(js_find(args, "name")), 1, 0);

    if (!invoke_commit(ctx, &collections_describe_tool, pipe))
        return false;
    collection_emit(call, 0, out, NULL);
    return true;
}

const struct tool collections_describe_tool = {
    .name = "collections.describe",
    .title = "One collection",
    .says = "Tells of one collection: how many documents, dimension, embedder, language, size, "
            "last change.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"required\":[\"name\"],\"additionalProperties\":false,"
              "\"properties\":{"
              "\"name\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":512}"
              "}}",
    .result = DOCUMENTS_COLLECTION_RESULT,
    .toolsets = "collections",
    .run = run,
};
