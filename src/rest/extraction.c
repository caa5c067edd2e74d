/*
 * extraction: /v1/collections/:name/extraction, what a language model reads in records.
 */
#include "rest/extraction.h"

#include "embed/service.h"
#include "graph/extraction.h"
#include "rest/body.h"

#define LISTED_MOST 1000

static bool
llm_need(struct ctx *ctx)
{
    return ctx->service->llm != NULL ||
           err_set(&ctx->err, ERR_UNAVAILABLE,
                   "this installation asks no language model: set llm_url");
}

bool
extraction_get(struct ctx *ctx)
{
    struct pipe *pipe;
    struct call *call = body_call(ctx, STMT_extraction_tell, &pipe);

    return body_tell(ctx, pipe, call);
}

static bool
enabled_read(struct ctx *ctx, bool *enabled_out)
{
    bool given = false;
    struct scan scan;
    struct str name;

    if (!body_scan(ctx, &scan) || !scan_object(&scan))
        return false;
    while (scan_member(&scan, &name)) {
        if (!str_is(name, "enabled"))
            return scan_refuse(&scan, ERR_SHAPE, "is not known here; enabled is");
        if (!scan_bool(&scan, enabled_out))
            return false;
        given = true;
    }
    return scan_end(&scan) &&
           (given || err_set(&ctx->err, ERR_SHAPE, "enabled is missing: say true or false"));
}

bool
extraction_put(struct ctx *ctx)
{
    bool enabled = false;
    struct pipe *pipe;
    struct call *call;

    if (!enabled_read(ctx, &enabled) || (enabled && !llm_need(ctx)))
        return false;
    call = body_call(ctx, STMT_extraction_set, &pipe);
    call_bool(call, enabled);
    return body_tell(ctx, pipe, call);
}

bool
extraction_delete(struct ctx *ctx)
{
    struct str extractor = request_query(ctx->request, ctx->arena, "extractor");
    struct pipe *pipe;
    struct call *call;

    if (extractor.at == NULL)
        return err_set(&ctx->err, ERR_SHAPE,
                       "extractor is missing: name one of those that GET tells");
    call = body_call(ctx, STMT_extraction_forget, &pipe);
    call_str(call, extractor);
    return body_tell(ctx, pipe, call);
}

bool
extraction_mentions(struct ctx *ctx)
{
    long limit = LISTED_MOST, offset = 0;
    struct pipe *pipe;
    struct call *call;

    if (!request_query_long(ctx->request, ctx->arena, "limit", 0, LISTED_MOST, &limit,
                            &ctx->err) ||
        !request_query_long(ctx->request, ctx->arena, "offset", 0, 1000000000, &offset,
                            &ctx->err))
        return false;
    call = body_call(ctx, STMT_extraction_mentions, &pipe);
    call_long(call, limit);
    call_long(call, offset);
    return body_tell(ctx, pipe, call);
}

bool
extraction_estimate_get(struct ctx *ctx)
{
    struct llm_estimate estimate;
    struct pipe *pipe;
    struct call *call;
    struct emit *emit;

    if (!llm_need(ctx))
        return false;
    call = body_call(ctx, STMT_extraction_size, &pipe);
    if (!body_run(ctx, pipe))
        return false;
    estimate = extraction_estimate(ctx->service->llm, ctx->arena, call_cell_long(call, 0, 0),
                                   call_cell_long(call, 0, 1));
    emit = reply_json(&ctx->reply, 200);
    emit_object(emit, NULL);
    emit_text(emit, "extractor", extraction_name(ctx->arena, ctx->service->llm));
    emit_long(emit, "records", call_cell_long(call, 0, 0));
    emit_long(emit, "prompt_tokens", estimate.prompt_tokens);
    emit_long(emit, "likely_microusd", (long)estimate.likely_cost);
    emit_long(emit, "most_microusd", (long)estimate.most_cost);
    emit_object_end(emit);
    return true;
}
