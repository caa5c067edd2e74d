/*
 * graph_tools_path: the shortest way from one entity to another.
 */
#include "tool/graph_tools.h"

#include "base/js.h"
#include "tool/documents.h"
#include "tool/invoke.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = graph_tools_call(pipe, STMT_graph_path, args);
    struct str from, to;

    if (!graph_tools_key(ctx, args, "from", &from) || !graph_tools_key(ctx, args, "to", &to))
        return false;
    call_str(call, from);
    call_str(call, to);
    call_long(call, js_long(js_find(args, "hops"), 4));
    if (!invoke_commit(ctx, &graph_tools_path, pipe))
        return false;
    emit_raw(out, NULL, call_cell(call, 0, 0).at);
    return true;
}

const struct tool graph_tools_path = {
    .name = "graph.path",
    .title = "Way between two entities",
    .says = "Finds the shortest way from one entity to another over documents that name both "
            "ends of each step; null when there is none.",
    .scope = "read",
    .read_only = true,
    .schema =
        "{\"type\":\"object\",\"required\":[\"collection\",\"from\",\"to\"],"
        "\"additionalProperties\":false,\"properties\":{" DOCUMENTS_COLLECTION
        ",\"from\":" GRAPH_TOOLS_NAME("A name, in any spelling.") ",\"to\":" GRAPH_TOOLS_NAME(
            "A name, in any spelling.") ",\"hops\":{\"type\":\"integer\",\"minimum\":1,"
                                        "\"maximum\":6,\"default\":4}"
                                        "}}",
    .result = RESULT("\"path\"", "\"path\":{\"type\":[\"array\",\"null\"],\"items\":" RESULT(
                                     "\"from\",\"record\",\"to\"",
                                     "\"from\":" RESULT_TEXT ",\"record\":" RESULT_TEXT
                                     ",\"to\":" RESULT_TEXT) "}"),
    .toolsets = "graph",
    .run = run,
};
