/*
 * cma_relations: the memories that are related to one.
 */
#include "tool/cma.h"

#include "tool/invoke.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call =
        memory_related(pipe, js_str(js_find(args, "id")), js_str(js_find(args, "userId")),
                       js_long(js_find(args, "limit"), 100));

    if (!invoke_commit(ctx, &cma_relations, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    memory_emit_related(ctx, call, true, out);
    emit_object_end(out);
    return true;
}

const struct tool cma_relations = {
    .name = "cma.memory.relations",
    .aliases = {"memory.relations"},
    .title = "What a memory is related to",
    .says = "Lists the memories that were said to be related to one, either way.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"required\":[\"id\"],\"additionalProperties\":false,"
              "\"properties\":{\"id\":" CMA_ID_SCHEMA ",\"limit\":{\"type\":\"integer\","
              "\"minimum\":1,\"maximum\":1000,\"default\":100}," CMA_USER_SCHEMA "}}",
    .result = RESULT_DONE("\"related\"",
                          "\"related\":" RESULT_LIST(RESULT(
                              "\"id\",\"content\",\"relationType\",\"direction\",\"weight\"",
                              "\"id\":" RESULT_TEXT ",\"content\":" RESULT_TEXT
                              ",\"relationType\":" RESULT_TEXT ",\"direction\":"
                              "{\"enum\":[\"to\",\"from\"]}"
                              ",\"weight\":" RESULT_NUMBER))),
    .toolsets = "memory",
    .run = run,
};
