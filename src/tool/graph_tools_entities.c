/*
 * graph_tools_entities: what the documents of a collection speak of.
 */
#include "tool/graph_tools.h"

#include "base/js.h"
#include "tool/documents.h"
#include "tool/invoke.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = graph_tools_call(pipe, STMT_graph_entities, args);
    struct str prefix = js_str(js_find(args, "prefix"));

    if (prefix.at != NULL && !graph_tools_key(ctx, args, "prefix", &prefix))
        return false;
    call_str(call, prefix);
    call_long(call, js_long(js_find(args, "limit"), 100));
    call_long(call, js_long(js_find(args, "offset"), 0));
    if (!invoke_commit(ctx, &graph_tools_entities, pipe))
        return false;
    emit_raw(out, NULL, call_cell(call, 0, 0).at);
    return true;
}

const struct tool graph_tools_entities = {
    .name = "graph.entities",
    .title = "Entities",
    .says = "Lists what the documents of a collection speak of, the most spoken of first, or "
            "what begins with a prefix.",
    .scope = "read",
    .read_only = true,
    .schema =
        "{\"type\":\"object\",\"required\":[\"collection\"],\"additionalProperties\":false,"
        "\"properties\":{" DOCUMENTS_COLLECTION ",\"prefix\":" GRAPH_TOOLS_NAME(
            "Only entities whose name begins so.") "," GRAPH_TOOLS_LIMIT("100") ",\"offset\":{"
                                                                                "\"type\":"
                                                                                "\"integer\","
                                                                                "\"minimum\":0,"
                                                                                "\"maximum\":"
                                                                                "1000000000}"
                                                                                "}}",
    .result = RESULT("\"entities\"",
                     "\"entities\":"
                     "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":["
                     "\"entity\",\"mentioned_by\",\"about\",\"relations\"],\"properties\":{"
                     "\"entity\":{\"type\":\"string\"},\"type\":{\"type\":[\"string\",\"null\"]"
                     "},\"mentioned_by\":{\"type\":\"integer\"},\"about\":{\"type\":"
                     "\"integer\"},\"relations\":{\"type\":\"integer\"}}}}"),
    .toolsets = "graph",
    .run = run,
};
