/*
 * collections_delete_tool: delete a collection with all that is in it.
 */
#include "tool/documents.h"

#include "base/js.h"
#include "store/collection.h"
#include "tool/invoke.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct str name = js_str(js_find(args, "name"));

    collection_drop(pipe, STR(COLLECTION_DATABASE), name);
    if (!invoke_commit(ctx, &collections_delete_tool, pipe))
        return false;
    emit_object(out, NULL);
    emit_str(out, "deleted", name);
    emit_object_end(out);
    return true;
}

const struct tool collections_delete_tool = {
    .name = "collections.delete",
    .title = "Delete a collection",
    .says = "Deletes a collection with all its documents and what is said of them. It cannot "
            "be brought back.",
    .scope = "write",
    .destructive = true,
    .schema = "{\"type\":\"object\",\"required\":[\"name\"],\"additionalProperties\":false,"
              "\"properties\":{"
              "\"name\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":512}"
              "}}",
    .result = RESULT("\"deleted\"", "\"deleted\":" RESULT_TEXT),
    .toolsets = "collections",
    .run = run,
};
