/*
 * evolution_add_prompt: give an agent a new version of its prompt.
 */
#include "tool/evolution.h"

#include "tool/invoke.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = prompt_add_call(pipe, js_str(js_find(args, "agentId")), args, true);

    if (!invoke_commit(ctx, &evolution_add_prompt, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_long(out, "version", call_cell_long(call, 0, 0));
    emit_raw(out, "prompt", call_cell(call, 0, 1).at);
    emit_object_end(out);
    return true;
}

const struct tool evolution_add_prompt = {
    .name = "evolution.add-prompt",
    .aliases = {"prompts.add"},
    .title = "A new version of a prompt",
    .says = "Stores the next version of an agent's prompt; the server numbers it. It is active "
            "from then on, unless active is false.",
    .scope = "write",
    .schema = "{\"type\":\"object\",\"required\":[\"agentId\",\"promptText\"],"
              "\"additionalProperties\":false,\"properties\":{" EVOLUTION_AGENT_SCHEMA
              ",\"promptText\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000000},"
              "\"active\":{\"type\":\"boolean\",\"default\":true},\"createdBy\":{\"type\":"
              "\"string\",\"maxLength\":256}}}",
    .result = RESULT_DONE("\"version\",\"prompt\"",
                          "\"version\":" RESULT_COUNT ",\"prompt\":" EVOLUTION_PROMPT_RESULT),
    .toolsets = "prompts",
    .run = run,
};
