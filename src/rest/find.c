/*
 * find: /v1/search and /v1/embeddings.
 */
#include "rest/find.h"

#include "access/proof.h"
#include "rest/body.h"
#include "search/search.h"
#include "search/search_embed.h"
#include "search/search_emit.h"

bool
find_search(struct ctx *ctx)
{
    struct search search;
    struct call *call;
    struct emit *emit;
    struct scan scan;

    search_start(&search, ctx->arena);
    search.graphs = ctx->service->graphs;
    if (!body_scan(ctx, &scan) || !search_scan(&scan, &search) ||
        !search_embed_for(&search, ctx))
        return false;
    if (!search_run(&search, ctx->conn, ctx->arena, &ctx->claims, ctx->deadline, &call,
                    &ctx->err))
        return false;
    ctx->degraded = search_degraded(&search, call);
    emit = reply_json(&ctx->reply, 200);
    emit_object(emit, NULL);
    search_emit(&search, call, emit);
    emit_object_end(emit);
    return true;
}

/* A text, or an array of texts. */
static bool
scan_input(struct scan *scan, struct records *texts)
{
    if (scan_peek(scan) == SCAN_STRING)
        return scan_string(scan, &record_add(texts)->text);
    if (!scan_array(scan))
        return false;
    while (scan_item(scan)) {
        if (!scan_string(scan, &record_add(texts)->text))
            return false;
    }
    return true;
}

static bool
input_read(struct ctx *ctx, struct records *texts)
{
    struct scan scan;
    struct str name, ignored;

    record_start(texts, ctx->arena);
    if (!body_scan(ctx, &scan) || !scan_object(&scan))
        return false;
    while (scan_member(&scan, &name)) {
        bool good = str_is(name, "input")   ? scan_input(&scan, texts)
                    : str_is(name, "model") ? scan_string(&scan, &ignored)
                                            : scan_skip(&scan);

        if (!good)
            return false;
    }
    if (!scan_end(&scan))
        return false;
    return texts->count > 0 || err_set(&ctx->err, ERR_SHAPE, "input is missing");
}

static void
emit_vector(struct emit *emit, const float *vector, size_t dims, size_t index)
{
    emit_object(emit, NULL);
    emit_text(emit, "object", "embedding");
    emit_long(emit, "index", (long)index);
    emit_array(emit, "embedding");
    for (size_t i = 0; i < dims; i++)
        emit_float(emit, NULL, vector[i]);
    emit_array_end(emit);
    emit_object_end(emit);
}

static bool
texts_embed(struct ctx *ctx, const struct records *texts, float **vectors_out)
{
    struct str *list = arena_take(ctx->arena, texts->count * sizeof *list);
    const struct embed *embed = ctx->service->embed;

    if (embed == NULL)
        return err_set(&ctx->err, ERR_UNAVAILABLE, "%s",
                       ctx->service->embed_missing[0] != '\0'
                           ? ctx->service->embed_missing
                           : "this server runs without an embedding model");
    if (!proof_need(ctx))
        return false;
    for (size_t i = 0; i < texts->count; i++)
        list[i] = texts->list[i].text;
    *vectors_out = arena_take(ctx->arena, texts->count * embed_dims(embed) * sizeof(float));
    return embed_texts(embed, ctx->arena, list, texts->count, *vectors_out, &ctx->err);
}

bool
find_embeddings(struct ctx *ctx)
{
    struct records texts;
    struct emit *emit;
    float *vectors = NULL;
    size_t dims;

    if (!input_read(ctx, &texts) || !texts_embed(ctx, &texts, &vectors))
        return false;
    dims = embed_dims(ctx->service->embed);
    emit = reply_json(&ctx->reply, 200);
    emit_object(emit, NULL);
    emit_text(emit, "object", "list");
    emit_text(emit, "model", embed_model(ctx->service->embed));
    emit_array(emit, "data");
    for (size_t i = 0; i < texts.count; i++)
        emit_vector(emit, vectors + i * dims, dims, i);
    emit_array_end(emit);
    emit_object_end(emit);
    return true;
}
