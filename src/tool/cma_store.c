/*
 * cma_store: remember something.
 */
#include "tool/cma.h"

#include "base/metric.h"
#include "tool/invoke.h"
#include "tool/result.h"

const char cma_store_schema[] =
    "{\"type\":\"object\",\"required\":[\"content\"],\"additionalProperties\":false,"
    "\"properties\":{"
    "\"content\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000000},"
    "\"entityType\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":256,\"default\":"
    "\"note\",\"description\":\"What kind of memory: note, decision, preference, ...\"},"
    "\"importance\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":5,\"default\":3},"
    "\"tags\":" CMA_TEXTS_SCHEMA ",\"metadata\":{\"type\":\"object\"},"
    "\"id\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":256,"
    "\"description\":\"Made up when it is not given; the same again replaces the memory.\"}"
    "," CMA_USER_SCHEMA "}}";

bool
cma_store_run(struct ctx *ctx, const struct tool *tool, struct json_object *args,
              struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct records records;
    struct call *put;

    if (!memory_put(ctx, pipe, args, &records, &put) || !invoke_commit(ctx, tool, pipe))
        return false;
    metric_add(METRIC_records_written_total, 1);
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_str(out, "id", records.list[0].id);
    emit_text(out, "message",
              call_cell_long(put, 0, 0) == 1 ? "It is remembered."
                                             : "The memory was replaced.");
    memory_emit_unembedded(ctx, &records, out);
    emit_object_end(out);
    return true;
}

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    return cma_store_run(ctx, &cma_store, args, out);
}

const struct tool cma_store = {
    .name = "cma.memory.store",
    .aliases = {"memory.store"},
    .title = "Remember something",
    .says = "Stores a memory with its type, importance from 1 to 5 and tags, for one user or "
            "shared by all. Use it for what should be known in later conversations.",
    .scope = "write",
    .destructive = true,
    .schema = cma_store_schema,
    .result = CMA_STORED_RESULT,
    .toolsets = "memory",
    .run = run,
};
