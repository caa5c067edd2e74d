/*
 * cma_retrieve: find memories by meaning, words, importance and recency.
 */
#include "tool/cma.h"

#include "tool/invoke.h"
#include "tool/result.h"

bool
cma_retrieve_fetch(struct ctx *ctx, const struct tool *tool, struct json_object *args,
                   long limit, struct search *search, struct call **call_out)
{
    struct pipe *pipe = invoke_pipe(ctx);

    if (!memory_search_read(ctx, args, search))
        return false;
    if (js_find(args, "limit") == NULL)
        search->limit = limit;
    *call_out = memory_search_call(pipe, search, args);
    return invoke_commit(ctx, tool, pipe);
}

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct search search;
    struct call *call;

    if (!cma_retrieve_fetch(ctx, &cma_retrieve, args, 10, &search, &call))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_long(out, "count", (long)memory_hits(call));
    emit_array(out, "memories");
    for (size_t i = 0; i < memory_hits(call); i++)
        memory_emit_hit(ctx, call, i, true, out);
    emit_array_end(out);
    memory_emit_how(ctx, &search, call, out);
    emit_object_end(out);
    return true;
}

const struct tool cma_retrieve = {
    .name = "cma.memory.retrieve",
    .aliases = {"memory.retrieve"},
    .title = "Find memories",
    .says =
        "Finds memories that answer or concern a query or keywords, weighed with how important "
        "and how recent they are; without both, the important and recent ones.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
              "\"query\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":10000,"
              "\"description\":\"What is asked, in plain language.\"}," CMA_SEARCH_SCHEMA
              "," CMA_USER_SCHEMA "}}",
    .result = RESULT_DONE("\"count\",\"memories\"",
                          "\"count\":" RESULT_COUNT
                          ",\"memories\":" RESULT_LIST(CMA_MEMORY_RESULT) "," RESULT_HOW),
    .toolsets = "memory",
    .run = run,
};
