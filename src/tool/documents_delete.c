/*
 * documents_delete: delete documents of a collection by ids, by filter, or by both.
 */
#include "tool/documents.h"

#include "base/js.h"
#include "base/metric.h"
#include "store/collection.h"
#include "store/where.h"
#include "tool/invoke.h"

static bool
choose(struct ctx *ctx, struct json_object *args, struct record_choice *choice)
{
    struct json_object *list = js_find(args, "ids"), *where = js_find(args, "where");
    struct str *ids = arena_take(ctx->arena, (js_count(list) + 1) * sizeof *ids);

    for (size_t i = 0; i < js_count(list); i++)
        ids[i] = js_str(js_item(list, i));
    *choice = (struct record_choice){.database = STR(COLLECTION_DATABASE),
                                     .collection = documents_collection(args),
                                     .ids = list == NULL ? NULL : ids,
                                     .count = js_count(list)};
    return where == NULL || where_compile(ctx->arena, where, &choice->where, &ctx->err);
}

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct record_choice choice;
    struct call *call;

    if (!choose(ctx, args, &choice))
        return false;
    call = record_delete(pipe, &choice);
    if (!invoke_commit(ctx, &documents_delete, pipe))
        return false;
    metric_add(METRIC_records_deleted_total, call_cell_long(call, 0, 0));
    emit_object(out, NULL);
    emit_long(out, "deleted", call_cell_long(call, 0, 0));
    emit_object_end(out);
    return true;
}

const struct tool documents_delete = {
    .name = "documents.delete",
    .title = "Delete documents",
    .says = "Deletes documents of a collection by ids, by a filter on their metadata, or those "
            "that fit both. "
            "They cannot be brought back.",
    .scope = "write",
    .destructive = true,
    .idempotent = true,
    .schema = "{\"type\":\"object\",\"required\":[\"collection\"],\"anyOf\":[{\"required\":["
              "\"ids\"]},{\"required\":[\"where\"]}],"
              "\"additionalProperties\":false,\"properties\":{" DOCUMENTS_COLLECTION
              ",\"ids\":{\"type\":\"array\",\"minItems\":1,"
              "\"maxItems\":1000,\"items\":" DOCUMENTS_ID
              "},\"where\":{\"type\":\"object\",\"minProperties\":1,"
              "\"description\":\"As in documents.search.\"}}}",
    .result = RESULT("\"deleted\"", "\"deleted\":" RESULT_COUNT),
    .toolsets = "documents",
    .run = run,
};
