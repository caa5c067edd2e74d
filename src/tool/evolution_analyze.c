/*
 * evolution_analyze: how the versions of a prompt did, as statistics.
 */
#include "tool/evolution.h"

#include "tool/invoke.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = prompt_list_call(pipe, js_str(js_find(args, "agentId")),
                                         js_long(js_find(args, "limit"), 10), true);

    if (!invoke_commit(ctx, &evolution_analyze, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_raw(out, "prompts", call_cell(call, 0, 0).at);
    emit_long(out, "count", call_cell_long(call, 0, 1));
    emit_null(out, "aiAnalysis"); /* no language model is asked */
    emit_object_end(out);
    return true;
}

const struct tool evolution_analyze = {
    .name = "evolution.analyze-prompts",
    .aliases = {"prompts.analyze"},
    .title = "How the versions of a prompt did",
    .says = "Lists the versions of an agent's prompt, newest first, each with the number, "
            "average, deviation and extremes of its measured runs.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"required\":[\"agentId\"],\"additionalProperties\":false,"
              "\"properties\":{" EVOLUTION_AGENT_SCHEMA ",\"limit\":{\"type\":\"integer\","
              "\"minimum\":1,\"maximum\":1000,\"default\":10}}}",
    .result = RESULT_DONE(
        "\"prompts\",\"count\"",
        "\"prompts\":" RESULT_LIST(EVOLUTION_PROMPT_RESULT) ",\"count\":" RESULT_COUNT),
    .toolsets = "prompts",
    .run = run,
};
