/*
 * graph_tools_neighbours: what an entity is named together with and related to.
 */
#include "tool/graph_tools.h"

#include "base/js.h"
#include "tool/documents.h"
#include "tool/invoke.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    static const char *const members[] = {"entity", "neighbours", "relations"};
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = graph_tools_call(pipe, STMT_graph_entity, args);
    struct json_object *told;
    struct str key;

    if (!graph_tools_key(ctx, args, "entity", &key))
        return false;
    call_str(call, key);
    call_long(call, js_long(js_find(args, "limit"), 50));
    if (!invoke_commit(ctx, &graph_tools_neighbours, pipe) ||
        !js_parse(ctx->arena, call_cell(call, 0, 0), &told, &ctx->err))
        return false;
    emit_object(out, NULL);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        emit_raw(out, members[i], js_text(ctx->arena, js_find(told, members[i])));
    emit_object_end(out);
    return true;
}

const struct tool graph_tools_neighbours = {
    .name = "graph.neighbours",
    .title = "Neighbours of an entity",
    .says =
        "Lists what the documents of a collection name together with an entity, the most often "
        "first, and the relations that are said of it, without the places in the documents.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"required\":[\"collection\",\"entity\"],"
              "\"additionalProperties\":false,\"properties\":{" DOCUMENTS_COLLECTION
              ",\"entity\":" GRAPH_TOOLS_NAME("A name, in any spelling.") "," GRAPH_TOOLS_LIMIT(
                  "50") "}}",
    .result =
        RESULT("\"entity\",\"neighbours\",\"relations\"",
               "\"entity\":" RESULT_TEXT ",\"neighbours\":" RESULT_LIST(RESULT(
                   "\"entity\",\"together\"",
                   "\"entity\":" RESULT_TEXT
                   ",\"together\":" RESULT_COUNT)) ",\"relations\":" RESULT_LIST(RESULT_ANY)),
    .toolsets = "graph",
    .run = run,
};
