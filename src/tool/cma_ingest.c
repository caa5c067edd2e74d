/*
 * cma_ingest: remember something, by the older name.
 */
#include "tool/cma.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    return cma_store_run(ctx, &cma_ingest, args, out);
}

const struct tool cma_ingest = {
    .name = "cma.ingest",
    .aliases = {"memory.ingest"},
    .title = "Remember something",
    .says = "The same as cma.memory.store, which is the better name.",
    .scope = "write",
    .destructive = true,
    .schema = cma_store_schema,
    .result = CMA_STORED_RESULT,
    .toolsets = "memory",
    .run = run,
};
