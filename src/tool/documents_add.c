/*
 * documents_add: put documents into a collection, all or none.
 */
#include "tool/documents.h"

#include "base/js.h"
#include "base/metric.h"
#include "store/collection.h"
#include "tool/invoke.h"

/* The collection is made when it is not there and may be. */
static bool
make(struct ctx *ctx, struct json_object *args, struct pipe *pipe)
{
    struct collection_wish wish;

    if (!js_bool(js_find(args, "create"), true))
        return true;
    collection_wish_start(&wish, STR(COLLECTION_DATABASE));
    wish.name = documents_collection(args);
    wish.if_missing = true;
    if (!collection_wish_fit(&wish, ctx->service->embed, &ctx->err))
        return false;
    collection_create(pipe, &wish);
    return true;
}

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct records records;
    struct pipe *pipe;
    struct call *call;

    if (!documents_read(ctx, args, &records))
        return false;
    pipe = invoke_pipe(ctx);
    if (!make(ctx, args, pipe))
        return false;
    call = record_put(pipe, STR(COLLECTION_DATABASE), documents_collection(args), &records);
    if (!invoke_commit(ctx, &documents_add, pipe))
        return false;
    metric_add(METRIC_records_written_total, (int64_t)records.count);
    emit_object(out, NULL);
    emit_long(out, "inserted", call_cell_long(call, 0, 0));
    emit_long(out, "updated", call_cell_long(call, 0, 1));
    emit_array(out, "ids");
    for (size_t i = 0; i < records.count; i++)
        emit_str(out, NULL, records.list[i].id);
    emit_array_end(out);
    documents_emit_unembedded(ctx, call_cell_long(call, 0, 2), out);
    emit_object_end(out);
    return true;
}

const struct tool documents_add = {
    .name = "documents.add",
    .title = "Add documents",
    .says = "Puts up to 1000 documents into a collection in one transaction: all of them or "
            "none. An id that "
            "is there already is replaced; the collection is made when it is not there.",
    .scope = "write",
    .destructive = true,
    .schema = "{\"type\":\"object\",\"required\":[\"collection\",\"documents\"],"
              "\"additionalProperties\":false,"
              "\"properties\":{" DOCUMENTS_COLLECTION
              ",\"documents\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":1000,"
              "\"items\":{\"type\":\"object\",\"required\":[\"text\"],\"additionalProperties\":"
              "false,\"properties\":{"
              "\"id\":" DOCUMENTS_ID
              ",\"text\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000000},"
              "\"metadata\":{\"type\":\"object\"},\"uri\":{\"type\":\"string\",\"maxLength\":"
              "2000}}}},"
              "\"create\":{\"type\":\"boolean\",\"default\":true,\"description\":\"Whether the "
              "collection may be made.\"}}}",
    .result = RESULT("\"inserted\",\"updated\",\"ids\"",
                     "\"inserted\":" RESULT_COUNT ",\"updated\":" RESULT_COUNT
                     ",\"ids\":" RESULT_TEXTS "," DOCUMENTS_UNEMBEDDED),
    .toolsets = "documents",
    .run = run,
};
