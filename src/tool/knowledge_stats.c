/*
 * knowledge_stats: how much the archive holds, and whether all of it works.
 */
#include "tool/knowledge.h"

#include "embed/service.h"
#include "store/collection.h"
#include "tool/invoke.h"
#include "tool/result.h"

#define NAMESPACES_MOST 10000

struct sums {
    long records, bytes;
    long dimension; /* -1: they differ */
};

static void
add_up(const struct call *call, struct sums *sums)
{
    *sums = (struct sums){0, 0, 0};
    for (size_t row = 0; row < call_rows(call); row++) {
        long dimension = collection_dimension(call, row);

        sums->records += collection_count(call, row);
        sums->bytes += collection_bytes(call, row);
        if (dimension > 0 && sums->dimension != dimension)
            sums->dimension = sums->dimension == 0 ? dimension : -1;
    }
}

static void
emit_statistics(struct ctx *ctx, const struct call *call, struct emit *out)
{
    struct sums sums;

    add_up(call, &sums);
    emit_object(out, "statistics");
    emit_long(out, "totalRecords", sums.records);
    emit_long(out, "namespaces", (long)call_rows(call));
    emit_array(out, "namespaceList");
    for (size_t row = 0; row < call_rows(call); row++)
        emit_str(out, NULL, collection_name(call, row));
    emit_array_end(out);
    emit_object(out, "byNamespace");
    for (size_t row = 0; row < call_rows(call); row++)
        emit_long(out, str_copy(ctx->arena, collection_name(call, row)),
                  collection_count(call, row));
    emit_object_end(out);
    if (sums.dimension > 0)
        emit_long(out, "vectorDimension", sums.dimension);
    else
        emit_null(out, "vectorDimension");
    emit_double(out, "sizeMB", (double)sums.bytes / 1048576.0);
    emit_object_end(out);
}

/* Postgres has just answered; what else can be missing is the model. */
static void
emit_health(struct ctx *ctx, struct emit *out)
{
    const struct service *service = ctx->service;
    bool lacking = service->embed == NULL && service->embed_missing[0] != '\0';

    emit_object(out, "health");
    emit_text(out, "status", lacking ? "degraded" : "healthy");
    emit_text(out, "embedder", service->embed == NULL ? NULL : embed_model(service->embed));
    if (lacking)
        emit_text(out, "reason", service->embed_missing);
    emit_object_end(out);
}

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = collection_describe(pipe, STR(COLLECTION_DATABASE),
                                            (struct str){NULL, 0}, NAMESPACES_MOST, 0);

    (void)args; /* the schema allows none */
    if (!invoke_commit(ctx, &knowledge_stats, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_statistics(ctx, call, out);
    emit_health(ctx, out);
    emit_object_end(out);
    return true;
}

const struct tool knowledge_stats = {
    .name = "vidensarkiv.stats",
    .aliases = {"knowledge.stats"},
    .title = "How much the knowledge archive holds",
    .says = "Counts the texts of the archive by namespace, with their size, and says whether "
            "search by meaning works.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{}}",
    .result = RESULT_DONE(
        "\"statistics\",\"health\"",
        "\"statistics\":" RESULT(
            "\"totalRecords\",\"namespaces\"",
            "\"totalRecords\":" RESULT_COUNT ",\"namespaces\":" RESULT_COUNT
            ",\"namespaceList\":" RESULT_TEXTS ",\"byNamespace\":" RESULT_ANY
            ",\"sizeMB\":" RESULT_NUMBER) ",\"health\":" RESULT("\"status\"",
                                                                "\"status\":" RESULT_TEXT)),
    .toolsets = "knowledge",
    .run = run,
};
