/*
 * cma_tag: add tags to a memory, or take some away.
 */
#include "tool/cma.h"

#include "tool/invoke.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = memory_tag(pipe, args);

    if (!invoke_commit(ctx, &cma_tag, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_raw(out, "tags", call_cell(call, 0, 0).at);
    emit_object_end(out);
    return true;
}

const struct tool cma_tag = {
    .name = "cma.memory.tag",
    .aliases = {"memory.tag"},
    .title = "Tag a memory",
    .says = "Adds tags to a memory and takes others away; memories can be found by their tags.",
    .scope = "write",
    .destructive = true,
    .schema = "{\"type\":\"object\",\"required\":[\"id\"],\"additionalProperties\":false,"
              "\"properties\":{\"id\":" CMA_ID_SCHEMA ",\"add\":" CMA_TEXTS_SCHEMA
              ",\"remove\":" CMA_TEXTS_SCHEMA "," CMA_USER_SCHEMA "}}",
    .result = RESULT_DONE("\"tags\"", "\"tags\":" RESULT_TEXTS),
    .toolsets = "memory",
    .idempotent = true,
    .run = run,
};
