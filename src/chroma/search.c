/*
 * search: POST .../search, from its body to the statement.
 */
#include "chroma/search.h"

#include "access/proof.h"
#include "chroma/wire.h"
#include "embed/service.h"

#include <arpa/inet.h>
#include <math.h>
#include <string.h>

#define HALF_MOST                                                                              \
    65504.0F /* the largest number of half precision, which the index proposes by */

static float
float_at(const struct buf *floats, size_t index)
{
    uint32_t bits;
    float value;

    memcpy(&bits, floats->data + index * sizeof bits, sizeof bits);
    bits = ntohl(bits);
    memcpy(&value, &bits, sizeof value);
    return value;
}

static bool
fits_half(const struct rank_knn *knn)
{
    for (size_t i = 0; i < knn->dims; i++) {
        if (fabsf(float_at(&knn->vector, i)) > HALF_MOST)
            return false;
    }
    return true;
}

static bool
embed_query(struct ctx *ctx, struct rank_knn *knn)
{
    const struct embed *embed = ctx->service->embed;
    float *vector;

    if (embed == NULL)
        return err_set(
            &ctx->err, ERR_INPUT,
            "this server has no embedding model: embed the text of $knn yourself and "
            "give its vector");
    knn->dims = embed_dims(embed);
    vector = arena_take(ctx->arena, knn->dims * sizeof *vector);
    if (!proof_need(ctx) || !embed_texts(embed, ctx->arena, &knn->text, 1, vector, &ctx->err))
        return false;
    embed_to_be(vector, knn->dims);
    buf_add(&knn->vector, vector, knn->dims * sizeof *vector);
    return true;
}

static bool
embed_queries(struct ctx *ctx, const struct chroma_searches *searches)
{
    for (size_t i = 0; i < searches->count; i++) {
        struct rank *rank = &searches->list[i].rank;

        for (size_t j = 0; j < rank->knn_count; j++) {
            if (rank->knns[j].text.at != NULL && !embed_query(ctx, &rank->knns[j]))
                return false;
        }
    }
    return true;
}

static void
emit_sparse(struct emit *emit, const struct rank_knn *knn)
{
    emit_array(emit, "indices");
    for (size_t i = 0; i < knn->dims; i++) {
        uint32_t index;

        memcpy(&index, knn->indices.data + i * sizeof index, sizeof index);
        emit_long(emit, NULL, index);
    }
    emit_array_end(emit);
    emit_array(emit, "values");
    for (size_t i = 0; i < knn->dims; i++)
        emit_float(emit, NULL, float_at(&knn->vector, i));
    emit_array_end(emit);
}

/* A lone $knn need not find more than the page shows. */
static long
nearest_of(const struct chroma_search *search, const struct rank_knn *knn)
{
    const struct rank_node *root = search->rank.root;
    bool alone = root != NULL && root->op == RANK_KNN && search->group.keys == 0;

    if (!alone || search->limit > RANK_NEAREST || search->offset > RANK_NEAREST ||
        search->limit + search->offset > knn->limit)
        return knn->limit;
    return search->limit + search->offset;
}

static void
emit_knn(struct emit *emit, struct ctx *ctx, const struct chroma_search *search,
         const struct rank_knn *knn, long probe)
{
    emit_object(emit, NULL);
    emit_str(emit, "key", knn->key);
    emit_long(emit, "limit", nearest_of(search, knn));
    if (knn->sparse) {
        emit_sparse(emit, knn);
    } else {
        emit_long(emit, "probe", probe);
        emit_bool(emit, "half", fits_half(knn));
    }
    if (knn->text.at != NULL)
        emit_text(emit, "model", embed_model(ctx->service->embed));
    emit_object_end(emit);
}

static void
emit_names(struct emit *emit, const char *name, const struct str *names, size_t count)
{
    emit_array(emit, name);
    for (size_t i = 0; i < count; i++)
        emit_str(emit, NULL, names[i]);
    emit_array_end(emit);
}

/* What the statement needs to know beside the $knn: see kvasir.chroma_search(). */
static void
emit_wants(struct emit *emit, const struct chroma_search *search)
{
    emit_text(emit, "path", search->filter.path);
    if (search->filter.tree != NULL)
        emit_raw(emit, "tree", search->filter.tree);
    emit_bool(emit, "document", search->document);
    emit_bool(emit, "metadata", search->metadata);
    emit_bool(emit, "embedding", search->embedding);
    if (search->fields)
        emit_names(emit, "fields", search->select, search->select_count);
    if (search->group.keys > 0) {
        emit_names(emit, "group", search->group_keys, search->group_key_count);
        emit_names(emit, "by", search->by_keys, search->by_key_count);
    } else if (search->rank.root == NULL) {
        emit_long(emit, "limit", search->limit);
        emit_long(emit, "offset", search->offset);
    }
}

static struct call *
ask(struct ctx *ctx, struct pipe *pipe, struct str collection,
    const struct chroma_searches *searches)
{
    struct array *probes = array_new(pipe, ARRAY_VECTOR);
    struct call *call = pipe_add(pipe, STMT_chroma_search);
    struct buf text;
    struct emit emit;
    long probe = 0;

    buf_start(&text, ctx->arena, 1024);
    emit_start(&emit, &text);
    emit_array(&emit, NULL);
    for (size_t i = 0; i < searches->count; i++) {
        const struct chroma_search *search = &searches->list[i];

        emit_object(&emit, NULL);
        emit_wants(&emit, search);
        if (search->rank.root != NULL)
            emit_array(&emit, "knns");
        for (size_t j = 0; j < search->rank.knn_count; j++) {
            const struct rank_knn *knn = &search->rank.knns[j];

            if (!knn->sparse)
                array_vector(probes, knn->vector.data, knn->dims);
            emit_knn(&emit, ctx, search, knn, knn->sparse ? 0 : ++probe);
        }
        if (search->rank.root != NULL)
            emit_array_end(&emit);
        emit_object_end(&emit);
    }
    emit_array_end(&emit);
    call_str(call, wire_database(ctx));
    call_str(call, collection);
    call_text(call, text.data);
    call_array(call, probes);
    return call;
}

bool
chroma_search(struct ctx *ctx)
{
    struct chroma_searches searches;
    struct str collection;
    struct pipe *pipe;
    struct call *call;
    struct scan scan;

    if (!wire_collection(ctx, &collection) || !wire_scan(ctx, &scan) ||
        !chroma_search_scan(&scan, ctx->arena, &searches) || !embed_queries(ctx, &searches))
        return false;
    pipe = wire_pipe(ctx);
    call = ask(ctx, pipe, collection, &searches);
    if (!wire_run(ctx, pipe))
        return false;
    chroma_search_emit(&searches, call, ctx->arena, reply_json(&ctx->reply, 200));
    return true;
}
