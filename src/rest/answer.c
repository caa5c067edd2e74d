/*
 * answer: /v1/answer, a question answered by sentences that stand in records.
 */
#include "rest/answer.h"
#include "search/search_emit.h"

#include "rest/body.h"
#include "search/answer.h"

static void
emit_citations(const struct answer *answer, const struct search *search,
               const struct call *call, struct emit *emit)
{
    emit_array(emit, "citations");
    for (size_t i = 0; i < answer->count; i++) {
        const struct answer_part *part = &answer->parts[i];

        emit_object(emit, NULL);
        emit_str(emit, "record", search_hit_id(search, call, part->hit));
        emit_str(emit, "text", part->text);
        emit_long(emit, "start", part->start);
        emit_long(emit, "end", part->stop);
        emit_double(emit, "score", part->score);
        emit_object_end(emit);
    }
    emit_array_end(emit);
}

static bool
asked(struct ctx *ctx, struct search *search)
{
    struct scan scan;

    search_start(search, ctx->arena);
    search->mode = SEARCH_GRAPH;
    if (!body_scan(ctx, &scan) || !search_scan(&scan, search))
        return false;
    if (search->query.at == NULL)
        return err_set(&ctx->err, ERR_SHAPE, "query is missing: ask a question");
    if (search->mode == SEARCH_GLOBAL)
        return err_set(&ctx->err, ERR_SHAPE,
                       "a search of mode global finds communities, of "
                       "which no record can be cited: leave mode away");
    return search_embed(search, ctx->service, ctx->arena, &ctx->err);
}

bool
rest_answer(struct ctx *ctx)
{
    struct search search;
    struct answer answer;
    struct call *call;
    struct emit *emit;

    if (!asked(ctx, &search) || !search_run(&search, ctx->conn, ctx->arena, &ctx->claims,
                                            ctx->deadline, &call, &ctx->err))
        return false;
    ctx->degraded = search_degraded(&search, call);
    answer = answer_pick(ctx->arena, &search, call);
    emit = reply_json(&ctx->reply, 200);
    emit_object(emit, NULL);
    emit_text(emit, "answer", answer_text(ctx->arena, &answer));
    emit_double(emit, "confidence", answer.coverage);
    emit_citations(&answer, &search, call, emit);
    search_emit(&search, call, emit);
    emit_object_end(emit);
    return true;
}
