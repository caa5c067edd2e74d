/*
 * records: /v1/collections/:name/records, one function a verb.
 */
#include "rest/records.h"

#include "base/metric.h"
#include "rest/body.h"

/* {"records": [...]}, each with its embedding given or made here. */
static bool
batch_read(struct ctx *ctx, struct records *records, bool need_id)
{
    struct scan scan;
    struct str name;

    record_start(records, ctx->arena);
    if (!body_scan(ctx, &scan) || !scan_object(&scan))
        return false;
    while (scan_member(&scan, &name)) {
        if (!str_is(name, "records"))
            return scan_refuse(&scan, ERR_SHAPE, "is not known here; records is");
        if (!record_scan(&scan, records, need_id))
            return false;
    }
    if (!scan_end(&scan))
        return false;
    if (records->count == 0)
        return err_set(&ctx->err, ERR_SHAPE, "records is missing or empty");
    return record_embed(records, ctx);
}

/* Texts that wait for an embedding are told, never hidden. */
static void
emit_unembedded(struct ctx *ctx, struct emit *emit, long unembedded)
{
    if (unembedded == 0)
        return;
    ctx->degraded = true;
    emit_bool(emit, "degraded", true);
    emit_long(emit, "unembedded", unembedded);
    emit_text(emit, "reason",
              ctx->service->embed == NULL
                  ? "this server has no embedding model: these texts are found by words only"
                  : "some records came with an embedding, so none was made for the others");
}

static void
emit_new_ids(const struct records *records, struct emit *emit)
{
    if (!records->new_ids)
        return;
    emit_array(emit, "ids");
    for (size_t i = 0; i < records->count; i++)
        emit_str(emit, NULL, records->list[i].id);
    emit_array_end(emit);
}

bool
records_put(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct records records;
    struct call *call;
    struct emit *emit;

    if (!batch_read(ctx, &records, false))
        return false;
    call = record_put(pipe, body_database(ctx), ctx_param(ctx, "name"), &records);
    if (!body_run(ctx, pipe))
        return false;
    metric_add(METRIC_records_written_total, (int64_t)records.count);
    emit = reply_json(&ctx->reply, 200);
    emit_object(emit, NULL);
    emit_long(emit, "inserted", call_cell_long(call, 0, 0));
    emit_long(emit, "updated", call_cell_long(call, 0, 1));
    emit_unembedded(ctx, emit, call_cell_long(call, 0, 2));
    emit_new_ids(&records, emit);
    emit_object_end(emit);
    return true;
}

bool
records_update(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct records records;
    struct call *call;
    struct emit *emit;

    if (!batch_read(ctx, &records, true))
        return false;
    call = record_update(pipe, body_database(ctx), ctx_param(ctx, "name"), &records);
    if (!body_run(ctx, pipe))
        return false;
    metric_add(METRIC_records_written_total, call_cell_long(call, 0, 0));
    emit = reply_json(&ctx->reply, 200);
    emit_object(emit, NULL);
    emit_long(emit, "updated", call_cell_long(call, 0, 0));
    emit_raw(emit, "missing", call_cell(call, 0, 1).at);
    emit_unembedded(ctx, emit, call_cell_long(call, 0, 2));
    emit_object_end(emit);
    return true;
}

bool
records_get(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct body_selection wanted;
    struct call *call;
    struct emit *emit;

    if (!body_selection(ctx, &wanted))
        return false;
    call = record_get(pipe, &wanted.choice, wanted.limit, wanted.offset, wanted.with_embedding);
    if (!body_run(ctx, pipe))
        return false;
    emit = reply_json(&ctx->reply, 200);
    emit_object(emit, NULL);
    emit_array(emit, "records");
    for (size_t row = 0; row < call_rows(call); row++)
        record_emit(call, row, emit, NULL);
    emit_array_end(emit);
    emit_object_end(emit);
    return true;
}

/* The record that the path names. */
static struct record_choice
choice_of_path(struct ctx *ctx)
{
    struct str *id = arena_take(ctx->arena, sizeof *id);

    *id = ctx_param(ctx, "id");
    return (struct record_choice){.database = body_database(ctx),
                                  .collection = ctx_param(ctx, "name"),
                                  .ids = id,
                                  .count = 1};
}

static bool
no_record(struct ctx *ctx, const struct record_choice *choice)
{
    return err_set(&ctx->err, ERR_MISSING, "record %.*s does not exist in this collection",
                   (int)(choice->ids->len < 100 ? choice->ids->len : 100), choice->ids->at);
}

bool
records_get_one(struct ctx *ctx)
{
    struct record_choice choice = choice_of_path(ctx);
    struct pipe *pipe = body_pipe(ctx);
    struct call *call = record_get(pipe, &choice, 1, 0, true);

    if (!body_run(ctx, pipe))
        return false;
    if (call_rows(call) == 0)
        return no_record(ctx, &choice);
    record_emit(call, 0, reply_json(&ctx->reply, 200), NULL);
    return true;
}

bool
records_delete(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct body_selection wanted;
    struct call *call;
    struct emit *emit;

    if (!body_selection(ctx, &wanted))
        return false;
    call = record_delete(pipe, &wanted.choice);
    if (!body_run(ctx, pipe))
        return false;
    metric_add(METRIC_records_deleted_total, call_cell_long(call, 0, 0));
    emit = reply_json(&ctx->reply, 200);
    emit_object(emit, NULL);
    emit_long(emit, "deleted", call_cell_long(call, 0, 0));
    emit_object_end(emit);
    return true;
}

bool
records_delete_one(struct ctx *ctx)
{
    struct record_choice choice = choice_of_path(ctx);
    struct pipe *pipe = body_pipe(ctx);
    struct call *call = record_delete(pipe, &choice);

    if (!body_run(ctx, pipe))
        return false;
    if (call_cell_long(call, 0, 0) == 0)
        return no_record(ctx, &choice);
    metric_add(METRIC_records_deleted_total, 1);
    ctx->reply.status = 204;
    return true;
}
