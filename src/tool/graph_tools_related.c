/*
 * graph_tools_related: documents that one leads to by what it speaks of.
 */
#include "tool/graph_tools.h"

#include "base/js.h"
#include "tool/documents.h"
#include "tool/invoke.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = graph_tools_call(pipe, STMT_graph_related, args);

    call_str(call, js_str(js_find(args, "id")));
    call_long(call, js_long(js_find(args, "limit"), 10));
    if (!invoke_commit(ctx, &graph_tools_related, pipe))
        return false;
    emit_raw(out, NULL, call_cell(call, 0, 0).at);
    return true;
}

const struct tool graph_tools_related = {
    .name = "graph.related",
    .title = "Documents related to one",
    .says = "Lists documents of a collection that one of them leads to by what both speak of, "
            "best first, each with the name that joins them.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"required\":[\"collection\",\"id\"],"
              "\"additionalProperties\":false,\"properties\":{" DOCUMENTS_COLLECTION
              ",\"id\":" DOCUMENTS_ID "," GRAPH_TOOLS_LIMIT("10") "}}",
    .result = RESULT("\"related\"",
                     "\"related\":" RESULT_LIST(
                         RESULT("\"id\",\"text\",\"score\",\"path\"",
                                "\"id\":" RESULT_TEXT ",\"text\":" RESULT_TEXT_NULL
                                ",\"score\":" RESULT_NUMBER ",\"path\":{\"type\":\"array\"}"))),
    .toolsets = "graph",
    .run = run,
};
