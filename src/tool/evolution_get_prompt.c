/*
 * evolution_get_prompt: the prompt that an agent should use.
 */
#include "tool/evolution.h"

#include "tool/invoke.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = prompt_get_call(pipe, js_str(js_find(args, "agentId")),
                                        js_long(js_find(args, "version"), 0), true);

    if (!invoke_commit(ctx, &evolution_get_prompt, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_raw(out, "prompt", call_cell(call, 0, 1).at);
    emit_object_end(out);
    return true;
}

const struct tool evolution_get_prompt = {
    .name = "evolution.get-prompt",
    .aliases = {"prompts.get"},
    .title = "The prompt of an agent",
    .says = "Gives the active version of an agent's prompt, or the version that is named.",
    .scope = "read",
    .read_only = true,
    .schema =
        "{\"type\":\"object\",\"required\":[\"agentId\"],\"additionalProperties\":false,"
        "\"properties\":{" EVOLUTION_AGENT_SCHEMA ",\"version\":" EVOLUTION_VERSION_SCHEMA "}}",
    .result = RESULT_DONE("\"prompt\"", "\"prompt\":" EVOLUTION_PROMPT_RESULT),
    .toolsets = "prompts",
    .run = run,
};
