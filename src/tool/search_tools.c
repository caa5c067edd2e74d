/*
 * search_tools: find the tools that fit a task, for clients that do not show all of them.
 */
#include "tool/server.h"

#include "base/js.h"
#include "tool/invoke.h"
#include "tool/rank_tools.h"
#include "tool/result.h"
#include "tool/scope.h"

static void
emit_hit(const struct rank_tools_hit *hit, struct emit *out)
{
    emit_object(out, NULL);
    emit_text(out, "name", hit->tool->name);
    emit_text(out, "title", hit->tool->title);
    emit_text(out, "description", hit->tool->says);
    emit_raw(out, "inputSchema", hit->tool->schema);
    emit_double(out, "score", hit->score);
    emit_object_end(out);
}

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    long limit = js_long(js_find(args, "limit"), 5), told = 0;
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *scopes = scope_call(ctx, pipe);
    struct rank_tools_hit *hits;
    size_t count;

    hits = rank_tools(ctx->arena, js_str(js_find(args, "query")), &count);
    if (!invoke_commit(ctx, &search_tools, pipe))
        return false;
    emit_object(out, NULL);
    emit_array(out, "tools");
    for (size_t i = 0; i < count && told < limit; i++)
        if (scope_allows(scopes, hits[i].tool)) {
            emit_hit(&hits[i], out);
            told++;
        }
    emit_array_end(out);
    emit_long(out, "count", told);
    emit_object_end(out);
    return true;
}

const struct tool search_tools = {
    .name = "search_tools",
    .title = "Find a tool",
    .says = "Finds the tools of this server that fit a task, best first, each with the schema "
            "of its arguments. Use it when no tool that you know does what is wanted.",
    .scope = "read",
    .read_only = true,
    .schema =
        "{\"type\":\"object\",\"required\":[\"query\"],\"additionalProperties\":false,"
        "\"properties\":{\"query\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000,"
        "\"description\":\"The task in some words.\"},"
        "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":50,\"default\":5}}}",
    .result = RESULT("\"tools\",\"count\"",
                     "\"tools\":" RESULT_LIST(
                         RESULT("\"name\",\"title\",\"description\",\"inputSchema\",\"score\"",
                                "\"name\":" RESULT_TEXT ",\"title\":" RESULT_TEXT
                                ",\"description\":" RESULT_TEXT ",\"inputSchema\":" RESULT_ANY
                                ",\"score\":" RESULT_NUMBER)) ",\"count\":" RESULT_COUNT),
    .toolsets = "system",
    .run = run,
};
