/*
 * documents_update: change what is given of documents of a collection.
 */
#include "tool/documents.h"

#include "base/metric.h"
#include "store/collection.h"
#include "tool/invoke.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct records records;
    struct pipe *pipe;
    struct call *call;

    if (!documents_read(ctx, args, &records))
        return false;
    pipe = invoke_pipe(ctx);
    call = record_update(pipe, STR(COLLECTION_DATABASE), documents_collection(args), &records);
    if (!invoke_commit(ctx, &documents_update, pipe))
        return false;
    metric_add(METRIC_records_written_total, call_cell_long(call, 0, 0));
    emit_object(out, NULL);
    emit_long(out, "updated", call_cell_long(call, 0, 0));
    emit_raw(out, "missing", call_cell(call, 0, 1).at);
    documents_emit_unembedded(ctx, call_cell_long(call, 0, 2), out);
    emit_object_end(out);
    return true;
}

const struct tool documents_update = {
    .name = "documents.update",
    .title = "Update documents",
    .says = "Changes what is given of documents that are there: a new text replaces the old "
            "one, metadata is "
            "merged, and a member that is null goes.",
    .scope = "write",
    .destructive = true,
    .idempotent = true,
    .schema = "{\"type\":\"object\",\"required\":[\"collection\",\"documents\"],"
              "\"additionalProperties\":false,"
              "\"properties\":{" DOCUMENTS_COLLECTION
              ",\"documents\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":1000,"
              "\"items\":{\"type\":\"object\",\"required\":[\"id\"],\"additionalProperties\":"
              "false,\"properties\":{"
              "\"id\":" DOCUMENTS_ID
              ",\"text\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000000},"
              "\"metadata\":{\"type\":\"object\"},\"uri\":{\"type\":\"string\",\"maxLength\":"
              "2000}}}}}}",
    .result = RESULT("\"updated\",\"missing\"",
                     "\"updated\":" RESULT_COUNT ",\"missing\":" RESULT_TEXTS
                     "," DOCUMENTS_UNEMBEDDED),
    .toolsets = "documents",
    .run = run,
};
