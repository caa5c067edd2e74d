/*
 * cma_relate: say how one memory relates to another.
 */
#include "tool/cma.h"

#include "tool/invoke.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = memory_relate(pipe, args);

    if (!invoke_commit(ctx, &cma_relate, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_bool(out, "created", call_cell_bool(call, 0, 0));
    emit_object_end(out);
    return true;
}

const struct tool cma_relate = {
    .name = "cma.memory.relate",
    .aliases = {"memory.relate"},
    .title = "Relate two memories",
    .says = "Says that one memory relates to another: depends_on, contradicts, same_project, "
            "related_to or a word of your own. The relation goes when either memory goes.",
    .scope = "write",
    .schema =
        "{\"type\":\"object\",\"required\":[\"sourceId\",\"targetId\"],"
        "\"additionalProperties\":false,\"properties\":{\"sourceId\":" CMA_ID_SCHEMA
        ",\"targetId\":" CMA_ID_SCHEMA ",\"relationType\":{\"type\":\"string\",\"minLength\":1,"
        "\"maxLength\":100,\"default\":\"related_to\"},\"weight\":" CMA_WEIGHT_SCHEMA
        "," CMA_USER_SCHEMA "}}",
    .result = RESULT_DONE("\"created\"", "\"created\":" RESULT_FLAG),
    .toolsets = "memory",
    .idempotent = true,
    .run = run,
};
