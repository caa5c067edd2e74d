/*
 * memories: /v1/memory, one function a verb.
 */
#include "rest/memories.h"

#include "base/metric.h"
#include "memory/memory.h"
#include "rest/args.h"
#include "rest/body.h"

#define USER "\"user\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":256}"
#define TEXTS                                                                                  \
    "{\"type\":\"array\",\"maxItems\":100,\"items\":{\"type\":\"string\",\"minLength\":1,"     \
    "\"maxLength\":256}}"
#define WEIGHT "{\"type\":\"number\",\"minimum\":0,\"maximum\":1}"
#define ID     "{\"type\":\"string\",\"minLength\":1,\"maxLength\":256}"

static const char put_schema[] =
    "{\"type\":\"object\",\"required\":[\"text\"],\"additionalProperties\":false,"
    "\"properties\":{\"text\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000000},"
    "\"id\":" ID ",\"type\":" ID ",\"tags\":" TEXTS "," USER ",\"metadata\":{\"type\":"
    "\"object\"},\"importance\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":5}}}";

static const char search_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
    "\"query\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":10000}," USER
    ",\"types\":" TEXTS ",\"tags\":" TEXTS ",\"k\":{\"type\":\"integer\",\"minimum\":1,"
    "\"maximum\":100},\"half_life_days\":{\"type\":\"number\",\"minimum\":0.001,\"maximum\":"
    "100000},\"weights\":{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
    "\"relevance\":" WEIGHT ",\"importance\":" WEIGHT ",\"recency\":" WEIGHT "}}}}";

static const char tag_schema[] =
    "{\"type\":\"object\",\"required\":[\"id\"],\"additionalProperties\":false,"
    "\"properties\":{\"id\":" ID ",\"add\":" TEXTS ",\"remove\":" TEXTS "," USER "}}";

static const char relate_schema[] =
    "{\"type\":\"object\",\"required\":[\"source\",\"target\"],\"additionalProperties\":false,"
    "\"properties\":{\"source\":" ID ",\"target\":" ID ",\"relation\":{\"type\":\"string\","
    "\"minLength\":1,\"maxLength\":100},\"weight\":" WEIGHT "," USER "}}";

bool
memories_put(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct json_object *args;
    struct records records;
    struct call *put;
    struct emit *emit;

    if (!args_read(ctx, put_schema, &args) || !memory_put(ctx, pipe, args, &records, &put) ||
        !body_run(ctx, pipe))
        return false;
    metric_add(METRIC_records_written_total, 1);
    emit = reply_json(&ctx->reply, call_cell_long(put, 0, 0) == 1 ? 201 : 200);
    emit_object(emit, NULL);
    emit_str(emit, "id", records.list[0].id);
    memory_emit_unembedded(ctx, &records, emit);
    emit_object_end(emit);
    return true;
}

bool
memories_search(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct json_object *args;
    struct search search;
    struct call *call;
    struct emit *emit;

    if (!args_read(ctx, search_schema, &args) || !memory_search_read(ctx, args, &search))
        return false;
    call = memory_search_call(pipe, &search, args);
    if (!body_run(ctx, pipe))
        return false;
    emit = reply_json(&ctx->reply, 200);
    emit_object(emit, NULL);
    memory_emit_how(ctx, &search, call, emit);
    emit_array(emit, "memories");
    for (size_t i = 0; i < memory_hits(call); i++)
        memory_emit_hit(ctx, call, i, false, emit);
    emit_array_end(emit);
    emit_object_end(emit);
    return true;
}

bool
memories_tag(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct json_object *args;
    struct call *call;
    struct emit *emit;

    if (!args_read(ctx, tag_schema, &args))
        return false;
    call = memory_tag(pipe, args);
    if (!body_run(ctx, pipe))
        return false;
    emit = reply_json(&ctx->reply, 200);
    emit_object(emit, NULL);
    emit_raw(emit, "tags", call_cell(call, 0, 0).at);
    emit_object_end(emit);
    return true;
}

bool
memories_relate(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct json_object *args;
    struct call *call;
    struct emit *emit;

    if (!args_read(ctx, relate_schema, &args))
        return false;
    call = memory_relate(pipe, args);
    if (!body_run(ctx, pipe))
        return false;
    emit = reply_json(&ctx->reply, call_cell_bool(call, 0, 0) ? 201 : 200);
    emit_object(emit, NULL);
    emit_bool(emit, "created", call_cell_bool(call, 0, 0));
    emit_object_end(emit);
    return true;
}

bool
memories_related(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    long limit = 100;
    struct call *call;
    struct emit *emit;

    if (!request_query_long(ctx->request, ctx->arena, "limit", 1, 1000, &limit, &ctx->err))
        return false;
    call = memory_related(pipe, ctx_param(ctx, "id"),
                          request_query(ctx->request, ctx->arena, "user"), limit);
    if (!body_run(ctx, pipe))
        return false;
    emit = reply_json(&ctx->reply, 200);
    emit_object(emit, NULL);
    memory_emit_related(ctx, call, false, emit);
    emit_object_end(emit);
    return true;
}

bool
memories_delete(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);

    memory_delete(pipe, ctx_param(ctx, "id"), request_query(ctx->request, ctx->arena, "user"));
    if (!body_run(ctx, pipe))
        return false;
    metric_add(METRIC_records_deleted_total, 1);
    ctx->reply.status = 204;
    return true;
}
