/*
 * graph_tools_entity: one entity: where documents speak of it, and what is said of it.
 */
#include "tool/graph_tools.h"

#include "base/js.h"
#include "tool/documents.h"
#include "tool/invoke.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = graph_tools_call(pipe, STMT_graph_entity, args);
    struct str key;

    if (!graph_tools_key(ctx, args, "entity", &key))
        return false;
    call_str(call, key);
    call_long(call, js_long(js_find(args, "limit"), 20));
    if (!invoke_commit(ctx, &graph_tools_entity, pipe))
        return false;
    emit_raw(out, NULL, call_cell(call, 0, 0).at);
    return true;
}

const struct tool graph_tools_entity = {
    .name = "graph.entity",
    .title = "One entity",
    .says =
        "Tells where the documents of a collection speak of an entity, word for word, its "
        "other names, what it is named together with, and the relations that are said of it.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"required\":[\"collection\",\"entity\"],"
              "\"additionalProperties\":false,\"properties\":{" DOCUMENTS_COLLECTION
              ",\"entity\":" GRAPH_TOOLS_NAME("A name, in any spelling.") "," GRAPH_TOOLS_LIMIT(
                  "20") "}}",
    .result = RESULT("\"entity\",\"aliases\",\"evidence\",\"neighbours\",\"relations\"",
                     "\"entity\":" RESULT_TEXT ",\"aliases\":" RESULT_TEXTS
                     ",\"mentioned_by\":" RESULT_COUNT ",\"about\":" RESULT_COUNT
                     ",\"evidence\":" RESULT_LIST(RESULT_ANY) ",\"neighbours\":" RESULT_LIST(
                         RESULT_ANY) ",\"relations\":" RESULT_LIST(RESULT_ANY)),
    .toolsets = "graph",
    .run = run,
};
