/*
 * ingestion: the tools that tell what has been read from files.
 */
#include "tool/ingestion.h"

#include "store/collection.h"
#include "tool/invoke.h"

#define COLLECTIONS_MOST 10000

static bool
absent(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    (void)args, (void)out;
    return err_set(&ctx->err, ERR_UNAVAILABLE,
                   "this server reads no sources by itself: `kvasir ingest PATH` does, from a "
                   "timer if you like");
}

static void
emit_sources(struct ctx *ctx, const struct call *call, long *total, struct emit *out)
{
    *total = 0;
    emit_object(out, "sources");
    for (size_t row = 0; row < call_rows(call); row++) {
        emit_long(out, str_copy(ctx->arena, collection_name(call, row)),
                  collection_count(call, row));
        *total += collection_count(call, row);
    }
    emit_object_end(out);
}

/* What the older system's engine told of itself; ours reads no sources, so it has no adapters.
 */
static void
emit_engine(bool running, struct emit *out)
{
    emit_object(out, "engineStatus");
    emit_bool(out, "running", running);
    emit_long(out, "totalIngested", 0);
    emit_array(out, "adapters");
    emit_array_end(out);
    emit_array(out, "enabled");
    emit_array_end(out);
    emit_array(out, "pendingApprovals");
    emit_array_end(out);
    emit_object_end(out);
}

static bool
status(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *collections = collection_describe(pipe, STR(COLLECTION_DATABASE),
                                                   (struct str){NULL, 0}, COLLECTIONS_MOST, 0);
    struct call *engine = pipe_add(pipe, STMT_health_schema);
    long total;

    (void)args; /* the schema allows none */
    if (!invoke_commit(ctx, &ingestion_status, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_sources(ctx, collections, &total, out);
    emit_long(out, "totalDocuments", total);
    emit_engine(call_cell_bool(engine, 0, 1), out);
    emit_object_end(out);
    return true;
}

const struct tool ingestion_status = {
    .name = "ingestion.status",
    .title = "What has been stored",
    .says = "Counts the stored texts by collection, and says whether the background program "
            "runs. Files are read by the command `kvasir ingest`, not by the server.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{}}",
    .toolsets = "legacy",
    .run = status,
};

const struct tool ingestion_start = {
    .name = "ingestion.start",
    .title = "Read sources (not here)",
    .says = "Not available: files are read by the command `kvasir ingest`.",
    .scope = "write",
    .schema = "{\"type\":\"object\",\"properties\":{\"source\":{\"type\":\"string\"}}}",
    .toolsets = "legacy",
    .run = absent,
};

const struct tool ingestion_configure = {
    .name = "ingestion.configure",
    .title = "Set up sources (not here)",
    .says = "Not available: files are read by the command `kvasir ingest`.",
    .scope = "write",
    .schema = "{\"type\":\"object\"}",
    .toolsets = "legacy",
    .run = absent,
};
