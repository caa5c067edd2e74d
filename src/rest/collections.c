/*
 * collections: /v1/collections, one function a verb.
 */
#include "rest/collections.h"

#include "rest/body.h"
#include "store/collection.h"

bool
collections_create(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct call *made, *described;
    struct collection_wish wish;
    struct scan scan;

    collection_wish_start(&wish, body_database(ctx));
    if (!body_scan(ctx, &scan) || !collection_wish_scan(&scan, &wish) || !scan_end(&scan))
        return false;
    if (!collection_wish_fit(&wish, ctx->service->embed, &ctx->err))
        return false;
    made = collection_create(pipe, &wish);
    described = collection_describe(pipe, wish.database, wish.name, 1, 0);
    if (!body_run(ctx, pipe))
        return false;
    collection_emit(described, 0,
                    reply_json(&ctx->reply, call_cell_bool(made, 0, 1) ? 201 : 200), NULL);
    return true;
}

bool
collections_list(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    long limit = 100, offset = 0;
    struct call *call;
    struct emit *emit;

    if (!request_query_long(ctx->request, ctx->arena, "limit", 0, 1000, &limit, &ctx->err) ||
        !request_query_long(ctx->request, ctx->arena, "offset", 0, 1000000000, &offset,
                            &ctx->err))
        return false;
    call = collection_describe(pipe, body_database(ctx), (struct str){0}, limit, offset);
    if (!body_run(ctx, pipe))
        return false;
    emit = reply_json(&ctx->reply, 200);
    emit_object(emit, NULL);
    emit_array(emit, "collections");
    for (size_t row = 0; row < call_rows(call); row++)
        collection_emit(call, row, emit, NULL);
    emit_array_end(emit);
    emit_object_end(emit);
    return true;
}

bool
collections_describe(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct call *call =
        collection_describe(pipe, body_database(ctx), ctx_param(ctx, "name"), 1, 0);

    if (!body_run(ctx, pipe))
        return false;
    collection_emit(call, 0, reply_json(&ctx->reply, 200), NULL);
    return true;
}

bool
collections_change(struct ctx *ctx)
{
    struct collection_wish wish = {.database = body_database(ctx),
                                   .name = ctx_param(ctx, "name")};
    struct pipe *pipe = body_pipe(ctx);
    struct call *described;
    struct scan scan;

    if (!body_scan(ctx, &scan) || !collection_change_scan(&scan, &wish) || !scan_end(&scan))
        return false;
    collection_change(pipe, &wish);
    described = collection_describe(pipe, wish.database, wish.name, 1, 0);
    if (!body_run(ctx, pipe))
        return false;
    collection_emit(described, 0, reply_json(&ctx->reply, 200), NULL);
    return true;
}

bool
collections_delete(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);

    collection_drop(pipe, body_database(ctx), ctx_param(ctx, "name"));
    if (!body_run(ctx, pipe))
        return false;
    ctx->reply.status = 204;
    return true;
}
