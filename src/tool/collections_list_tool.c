/*
 * collections_list_tool: the collections of the default database.
 */
#include "tool/documents.h"

#include "base/js.h"
#include "store/collection.h"
#include "tool/invoke.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = collection_describe(pipe, STR(COLLECTION_DATABASE), (struct str){0},
                                            js_long(js_find(args, "limit"), 100),
                                            js_long(js_find(args, "offset"), 0));

    if (!invoke_commit(ctx, &collections_list_tool, pipe))
        return false;
    emit_object(out, NULL);
    emit_array(out, "collections");
    for (size_t row = 0; row < call_rows(call); row++)
        collection_emit(call, row, out, NULL);
    emit_array_end(out);
    emit_object_end(out);
    return true;
}

const struct tool collections_list_tool = {
    .name = "collections.list",
    .title = "Collections",
    .says =
        "Lists the collections with how many documents each has, its embedder and its size.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{\"limit\":{"
              "\"type\":\"integer\",\"minimum\":1,\"maximum\":1000,\"default\":100},\"offset\":"
              "{\"type\":\"integer\",\"minimum\":0,\"maximum\":1000000000,\"default\":0}}}",
    .result =
        RESULT("\"collections\"", "\"collections\":" RESULT_LIST(DOCUMENTS_COLLECTION_RESULT)),
    .toolsets = "collections",
    .run = run,
};
