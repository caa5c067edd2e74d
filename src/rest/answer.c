/*
 * answer: /v1/answer, a question answered from what records say.
 */
#include "rest/answer.h"

#include "base/clock.h"
#include "embed/service.h"
#include "rest/body.h"
#include "search/answer.h"
#include "search/search_embed.h"
#include "search/search_emit.h"
#include "search/synthesis.h"

#include <string.h>

#define MARGIN_US 500000 /* of the request's time, left for an answer without the model */

enum form {
    FORM_AUTO,        /* by the language model where there is one */
    FORM_EXTRACTIVE,  /* sentences of records */
    FORM_SYNTHESISED, /* by the language model */
};

struct asked {
    struct search search;
    enum form form;
    bool dry_run; /* tell what the model would cost */
};

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

/* `mode` names the form of the answer, or, as ever, the way of searching. */
static bool
scan_form(struct scan *scan, struct asked *asked)
{
    static const char *const names[] = {"auto", "extractive", "synthesised"};
    struct scan before = *scan;
    struct str name;

    if (!scan_string(scan, &name))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!str_is(name, names[i]))
            continue;
        asked->form = (enum form)i;
        return true;
    }
    for (enum search_mode mode = SEARCH_HYBRID; mode <= SEARCH_GLOBAL; mode++) {
        if (!str_is(name, search_mode_name(mode)))
            continue;
        *scan = before;
        return search_scan_member(scan, STR("mode"), &asked->search);
    }
    return scan_refuse(scan, ERR_SHAPE,
                       "must be auto, extractive or synthesised, or a mode of search");
}

static bool
asked_member(struct scan *scan, struct str name, struct asked *asked)
{
    if (str_is(name, "mode"))
        return scan_form(scan, asked);
    if (str_is(name, "retrieval"))
        return search_scan_member(scan, STR("mode"), &asked->search);
    if (str_is(name, "dry_run"))
        return scan_bool(scan, &asked->dry_run);
    return search_scan_member(scan, name, &asked->search);
}

static bool
asked_read(struct ctx *ctx, struct asked *asked)
{
    struct search *search = &asked->search;
    struct scan scan;
    struct str name;

    *asked = (struct asked){.form = FORM_AUTO};
    search_start(search, ctx->arena);
    search->mode = SEARCH_GRAPH;
    search->graphs = ctx->service->graphs;
    if (!body_scan(ctx, &scan) || !scan_object(&scan))
        return false;
    while (scan_member(&scan, &name)) {
        if (!asked_member(&scan, name, asked))
            return false;
    }
    if (!search_scan_end(&scan, search))
        return false;
    if (search->query.at == NULL)
        return err_set(&ctx->err, ERR_SHAPE, "query is missing: ask a question");
    if (search->mode == SEARCH_GLOBAL)
        return err_set(&ctx->err, ERR_SHAPE,
                       "a search of mode global finds communities, of "
                       "which no record can be cited: leave mode away");
    if (ctx->service->llm == NULL && (asked->form == FORM_SYNTHESISED || asked->dry_run))
        return err_set(&ctx->err, ERR_UNAVAILABLE,
                       "this installation asks no language model: set llm_url, or ask for an "
                       "extractive answer");
    return search_embed_for(search, ctx);
}

static bool
tell_estimate(struct ctx *ctx, const struct asked *asked, const struct call *call)
{
    const struct endpoint *endpoint = ctx->service->llm;
    struct llm_estimate estimate =
        synthesis_estimate(endpoint, ctx->arena, &asked->search, call);
    struct emit *emit = reply_json(&ctx->reply, 200);

    emit_object(emit, NULL);
    emit_bool(emit, "dry_run", true);
    emit_text(emit, "model", endpoint_model(endpoint));
    emit_long(emit, "prompt_tokens", estimate.prompt_tokens);
    emit_long(emit, "likely_microusd", (long)estimate.likely_cost);
    emit_long(emit, "most_microusd", (long)estimate.most_cost);
    emit_object_end(emit);
    return true;
}

static void
tell_extractive(struct ctx *ctx, const struct search *search, const struct call *call,
                const char *refusal)
{
    struct answer answer = answer_pick(ctx->arena, search, call);
    struct emit *emit = reply_json(&ctx->reply, 200);

    ctx->degraded = search_degraded(search, call);
    emit_object(emit, NULL);
    emit_text(emit, "answer", answer_text(ctx->arena, &answer));
    emit_text(emit, "form", "extractive");
    if (refusal != NULL)
        emit_text(emit, "refused", refusal);
    emit_double(emit, "confidence", answer.coverage);
    emit_citations(&answer, search, call, emit);
    search_emit(search, call, emit);
    emit_object_end(emit);
}

static const char *
text_of(struct arena *arena, const struct synthesis *synthesis)
{
    struct buf text;

    buf_start(&text, arena, 256);
    for (size_t i = 0; i < synthesis->count; i++) {
        if (i > 0)
            buf_byte(&text, ' ');
        buf_add(&text, synthesis->sentences[i].text.at, synthesis->sentences[i].text.len);
    }
    return text.data;
}

static void
emit_quotes(const struct synthesis *synthesis, const struct search *search,
            const struct call *call, struct emit *emit)
{
    emit_array(emit, "citations");
    for (size_t i = 0; i < synthesis->count; i++) {
        for (size_t k = 0; k < synthesis->sentences[i].citations_count; k++) {
            const struct synthesis_citation *citation = &synthesis->sentences[i].citations[k];

            emit_object(emit, NULL);
            emit_long(emit, "sentence", (long)i);
            emit_str(emit, "record", search_hit_id(search, call, citation->hit));
            emit_str(emit, "text", citation->text);
            emit_long(emit, "start", citation->start);
            emit_long(emit, "end", citation->stop);
            emit_object_end(emit);
        }
    }
    emit_array_end(emit);
}

static void
tell_synthesised(struct ctx *ctx, const struct search *search, const struct call *call,
                 const struct synthesis *synthesis)
{
    struct emit *emit = reply_json(&ctx->reply, 200);

    ctx->degraded = search_degraded(search, call);
    emit_object(emit, NULL);
    emit_text(emit, "answer", text_of(ctx->arena, synthesis));
    emit_text(emit, "form", "synthesised");
    emit_text(emit, "model", endpoint_model(ctx->service->llm));
    emit_double(emit, "confidence", (double)synthesis->count / (double)synthesis->given);
    emit_array(emit, "sentences");
    for (size_t i = 0; i < synthesis->count; i++)
        emit_str(emit, NULL, synthesis->sentences[i].text);
    emit_array_end(emit);
    emit_quotes(synthesis, search, call, emit);
    search_emit(search, call, emit);
    emit_object_end(emit);
}

/* With the model, or without it and told why. */
static bool
synthesise(struct ctx *ctx, struct search *search, const struct call *call)
{
    struct llm_caller caller = {.endpoint = ctx->service->llm,
                                .conn = ctx->conn,
                                .arena = ctx->arena,
                                .claims = &ctx->claims,
                                .deadline = ctx->deadline - MARGIN_US,
                                .stop = ctx->request->client};
    struct synthesis *synthesis = arena_take(ctx->arena, sizeof *synthesis);
    struct err why = {.kind = ERR_NONE};
    enum llm_end end = synthesis_write(&caller, search, call, synthesis, &why);

    if (end == LLM_GONE)
        return err_set(&ctx->err, ERR_GONE, "%s", why.text);
    if (end == LLM_DONE && synthesis->count > 0) {
        tell_synthesised(ctx, search, call, synthesis);
        return true;
    }
    if (end == LLM_DONE || end == LLM_REFUSED) {
        tell_extractive(ctx, search, call,
                        end == LLM_DONE ? synthesis->refusal
                                        : arena_strdup(ctx->arena, why.text));
        return true;
    }
    search->shortfall = arena_strdup(ctx->arena, why.text);
    tell_extractive(ctx, search, call, NULL);
    return true;
}

bool
rest_answer(struct ctx *ctx)
{
    struct asked asked;
    struct call *call;

    if (!asked_read(ctx, &asked) || !search_run(&asked.search, ctx->conn, ctx->arena,
                                                &ctx->claims, ctx->deadline, &call, &ctx->err))
        return false;
    if (asked.dry_run)
        return tell_estimate(ctx, &asked, call);
    if (ctx->service->llm != NULL && asked.form != FORM_EXTRACTIVE)
        return synthesise(ctx, &asked.search, call);
    tell_extractive(ctx, &asked.search, call, NULL);
    return true;
}
