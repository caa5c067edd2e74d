/*
 * records: what Chroma's clients write, one function a verb, one transaction a request.
 */
#include "chroma/records.h"

#include "base/metric.h"
#include "chroma/payload.h"
#include "chroma/selection.h"
#include "chroma/wire.h"

static bool
write_batch(struct ctx *ctx, enum payload_verb verb, int status)
{
    struct pipe *pipe = wire_pipe(ctx);
    struct payload payload;
    struct str collection;
    struct scan scan;
    struct call *call;

    if (!wire_collection(ctx, &collection) || !wire_scan(ctx, &scan))
        return false;
    payload_start(&payload, verb, pipe, ctx->arena);
    if (!payload_read(&payload, &scan) || !scan_end(&scan))
        return false;
    call = payload_call(&payload, pipe, wire_database(ctx), collection);
    if (!wire_run(ctx, pipe))
        return false;
    metric_add(METRIC_records_written_total,
               call_cell_long(call, 0, 0) + call_cell_long(call, 0, 1));
    wire_done(ctx, status);
    return true;
}

bool
chroma_records_add(struct ctx *ctx)
{
    return write_batch(ctx, PAYLOAD_ADD, 201);
}

bool
chroma_records_upsert(struct ctx *ctx)
{
    return write_batch(ctx, PAYLOAD_UPSERT, 200);
}

bool
chroma_records_update(struct ctx *ctx)
{
    return write_batch(ctx, PAYLOAD_UPDATE, 200);
}

/* The number of records that were there and went. */
bool
chroma_records_delete(struct ctx *ctx)
{
    struct pipe *pipe = wire_pipe(ctx);
    struct selection selection;
    struct str collection;
    struct scan scan;
    struct call *call;
    struct emit *json;

    if (!wire_collection(ctx, &collection) || !wire_scan(ctx, &scan) ||
        !selection_read(&selection, &scan))
        return false;
    call = selection_delete(&selection, pipe, wire_database(ctx), collection);
    if (!wire_run(ctx, pipe))
        return false;
    metric_add(METRIC_records_deleted_total, call_cell_long(call, 0, 0));
    json = reply_json(&ctx->reply, 200);
    emit_object(json, NULL);
    emit_long(json, "deleted", call_cell_long(call, 0, 0));
    emit_object_end(json);
    return true;
}
