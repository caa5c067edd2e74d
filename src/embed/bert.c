/*
 * bert: the encoder: token ids to one vector per token.
 *
 * Devlin et al. 2018 as its published weights have it: LayerNorm behind each residual sum, GELU
 * by erf, learned positions.  Scratch is one piece: x [tokens, width], which is also the
 * residual, and behind it room that attention (query, key, value, context, scores of one head)
 * and the feed-forward step (its inner activations) use in turn.
 */
#include "embed/bert.h"

#include "base/js.h"
#include "embed/blas.h"
#include "embed/vecmath.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define SIDE_MAX 65536

struct dense {
    const float *weight, *bias; /* weight is [out, in] */
    size_t in, out;
};

struct layer {
    struct dense query, key, value, attended, inner, outer;
    struct vecmath_norm attended_norm, outer_norm;
};

struct bert {
    size_t width, inner, layers, heads, positions, types, vocabulary;
    const float *word, *position, *type;
    struct vecmath_norm norm;
    struct layer *layer;
};

/* How tensors are fetched: by names behind a prefix. */
struct source {
    struct safetensors *tensors;
    char prefix[64];
    float eps;
    struct err *err;
};

static bool
floats_need(struct source *source, const char *name, size_t rows, size_t columns,
            const float **floats_out)
{
    char full[160];

    (void)snprintf(full, sizeof full, "%s%s", source->prefix, name);
    return safetensors_floats(source->tensors, full, rows, columns, floats_out, source->err);
}

static bool
dense_need(struct source *source, const char *name, struct dense *dense)
{
    char full[96];

    (void)snprintf(full, sizeof full, "%s.weight", name);
    if (!floats_need(source, full, dense->out, dense->in, &dense->weight))
        return false;
    (void)snprintf(full, sizeof full, "%s.bias", name);
    return floats_need(source, full, 0, dense->out, &dense->bias);
}

static bool
norm_need(struct source *source, const char *name, size_t width, struct vecmath_norm *norm)
{
    char full[96];

    norm->eps = source->eps;
    (void)snprintf(full, sizeof full, "%s.weight", name);
    if (!floats_need(source, full, 0, width, &norm->gain))
        return false;
    (void)snprintf(full, sizeof full, "%s.bias", name);
    return floats_need(source, full, 0, width, &norm->shift);
}

static bool
layer_need(struct source *layer_source, const struct bert *bert, struct layer *layer)
{
    struct dense square = {.in = bert->width, .out = bert->width};

    layer->query = layer->key = layer->value = layer->attended = square;
    layer->inner = (struct dense){.in = bert->width, .out = bert->inner};
    layer->outer = (struct dense){.in = bert->inner, .out = bert->width};
    return dense_need(layer_source, "attention.self.query", &layer->query) &&
           dense_need(layer_source, "attention.self.key", &layer->key) &&
           dense_need(layer_source, "attention.self.value", &layer->value) &&
           dense_need(layer_source, "attention.output.dense", &layer->attended) &&
           norm_need(layer_source, "attention.output.LayerNorm", bert->width,
                     &layer->attended_norm) &&
           dense_need(layer_source, "intermediate.dense", &layer->inner) &&
           dense_need(layer_source, "output.dense", &layer->outer) &&
           norm_need(layer_source, "output.LayerNorm", bert->width, &layer->outer_norm);
}

static bool
tensors_need(struct bert *bert, struct arena *arena, struct source *source)
{
    size_t width = bert->width;

    if (!floats_need(source, "embeddings.word_embeddings.weight", bert->vocabulary, width,
                     &bert->word) ||
        !floats_need(source, "embeddings.position_embeddings.weight", bert->positions, width,
                     &bert->position) ||
        !floats_need(source, "embeddings.token_type_embeddings.weight", bert->types, width,
                     &bert->type) ||
        !norm_need(source, "embeddings.LayerNorm", width, &bert->norm))
        return false;
    bert->layer = arena_take(arena, bert->layers * sizeof *bert->layer);
    for (size_t i = 0; i < bert->layers; i++) {
        struct source below = *source;

        (void)snprintf(below.prefix, sizeof below.prefix, "%.5sencoder.layer.%zu.",
                       source->prefix, i);
        if (!layer_need(&below, bert, &bert->layer[i]))
            return false;
    }
    return true;
}

static bool
side_need(struct json_object *config, const char *name, size_t most, size_t *side_out,
          struct err *err)
{
    long side = js_long(js_find(config, name), 0);

    if (side < 1 || (size_t)side > most)
        return err_set(err, ERR_INPUT, "config.json: %s must be 1 to %zu", name, most);
    *side_out = (size_t)side;
    return true;
}

/* A member that, where it stands, must be the one that we compute. */
static bool
choice_need(struct json_object *config, const char *name, const char *wanted, struct err *err)
{
    struct str text = js_str(js_find(config, name));

    if (text.at == NULL || str_is(text, wanted))
        return true;
    return err_set(err, ERR_UNAVAILABLE, "config.json: %s is %.*s; only %s is supported", name,
                   (int)(text.len < 40 ? text.len : 40), text.at, wanted);
}

static bool
config_read(struct bert *bert, struct json_object *config, struct err *err)
{
    if (!choice_need(config, "model_type", "bert", err) ||
        !choice_need(config, "hidden_act", "gelu", err) ||
        !choice_need(config, "position_embedding_type", "absolute", err) ||
        !side_need(config, "hidden_size", SIDE_MAX, &bert->width, err) ||
        !side_need(config, "intermediate_size", SIDE_MAX, &bert->inner, err) ||
        !side_need(config, "num_hidden_layers", 256, &bert->layers, err) ||
        !side_need(config, "num_attention_heads", 1024, &bert->heads, err) ||
        !side_need(config, "max_position_embeddings", SIDE_MAX, &bert->positions, err) ||
        !side_need(config, "type_vocab_size", 1024, &bert->types, err) ||
        !side_need(config, "vocab_size", (size_t)1 << 22, &bert->vocabulary, err))
        return false;
    if (bert->width % bert->heads != 0)
        return err_set(err, ERR_INPUT, "config.json: hidden_size is no multiple of the heads");
    return true;
}

bool
bert_open(struct arena *arena, struct json_object *config, struct safetensors *tensors,
          struct bert **bert_out, struct err *err)
{
    struct bert *bert = arena_take(arena, sizeof *bert);
    struct source source = {.tensors = tensors, .err = err};

    if (!config_read(bert, config, err))
        return false;
    source.eps = (float)js_double(js_find(config, "layer_norm_eps"), 1e-12);
    if (!(source.eps >= 0 && source.eps < 1))
        return err_set(err, ERR_INPUT, "config.json: layer_norm_eps must be from 0 to 1");
    if (safetensors_has(tensors, "bert.embeddings.word_embeddings.weight"))
        (void)snprintf(source.prefix, sizeof source.prefix, "bert.");
    *bert_out = bert;
    return tensors_need(bert, arena, &source);
}

size_t
bert_width(const struct bert *bert)
{
    return bert->width;
}

size_t
bert_positions(const struct bert *bert)
{
    return bert->positions;
}

size_t
bert_vocabulary(const struct bert *bert)
{
    return bert->vocabulary;
}

size_t
bert_scratch(const struct bert *bert, size_t tokens, size_t longest)
{
    size_t attention = tokens * 4 * bert->width + longest * longest;
    size_t forward = tokens * bert->inner;

    return tokens * bert->width + (attention > forward ? attention : forward);
}

/* y [rows, out] = x [rows, in] weight^T, added to what y holds when `add`. */
static void
product(const struct dense *dense, const float *x, size_t rows, float *y, bool add)
{
    struct blas_product step = {
        rows, dense->out, dense->in,        {x, dense->in}, {dense->weight, dense->in},
        true, 1.0F,       add ? 1.0F : 0.0F};

    blas_multiply(&step, y, dense->out);
}

static void
product_biased(const struct dense *dense, const float *x, size_t rows, float *y)
{
    for (size_t i = 0; i < rows; i++)
        memcpy(y + i * dense->out, dense->bias, dense->out * sizeof *y);
    product(dense, x, rows, y, true);
}

static void
embeddings_sum(const struct bert *bert, const struct bert_batch *batch, float *x)
{
    const int32_t *id = batch->ids;
    float *row = x;

    for (size_t text = 0; text < batch->texts; text++) {
        for (size_t at = 0; at < batch->lengths[text]; at++, row += bert->width) {
            const float *word = bert->word + (size_t)*id++ * bert->width;
            const float *place = bert->position + at * bert->width;

            for (size_t i = 0; i < bert->width; i++)
                row[i] = word[i] + place[i];
        }
    }
    vecmath_layernorm(x, batch->tokens, bert->width, bert->type, &bert->norm);
}

/* Query, key, value and context of all tokens, and room for the scores of one head. */
struct attention {
    float *query, *key, *value, *context, *scores;
};

/* One head of one text of n tokens: context = softmax(Q K^T / sqrt d) V. */
static void
head_attend(const struct attention *at, size_t offset, size_t n, size_t width, size_t d)
{
    struct blas_product match = {n,
                                 n,
                                 d,
                                 {at->query + offset, width},
                                 {at->key + offset, width},
                                 true,
                                 1.0F / sqrtf((float)d),
                                 0.0F};
    struct blas_product mix = {n,     d,    n,   {at->scores, n}, {at->value + offset, width},
                               false, 1.0F, 0.0F};

    blas_multiply(&match, at->scores, n);
    vecmath_softmax(at->scores, n, n);
    blas_multiply(&mix, at->context + offset, width);
}

static void
attend(const struct bert *bert, const struct layer *layer, const struct bert_batch *batch,
       float *x, float *room)
{
    size_t width = bert->width, size = batch->tokens * width, d = width / bert->heads;
    struct attention at = {room, room + size, room + 2 * size, room + 3 * size,
                           room + 4 * size};
    size_t first = 0;

    product_biased(&layer->query, x, batch->tokens, at.query);
    product_biased(&layer->key, x, batch->tokens, at.key);
    product_biased(&layer->value, x, batch->tokens, at.value);
    for (size_t text = 0; text < batch->texts; text++) {
        for (size_t head = 0; head < bert->heads; head++)
            head_attend(&at, first * width + head * d, batch->lengths[text], width, d);
        first += batch->lengths[text];
    }
    product(&layer->attended, at.context, batch->tokens, x, true);
    vecmath_layernorm(x, batch->tokens, width, layer->attended.bias, &layer->attended_norm);
}

static void
feed_forward(const struct layer *layer, size_t tokens, float *x, float *room)
{
    product(&layer->inner, x, tokens, room, false);
    vecmath_gelu(room, tokens, layer->inner.out, layer->inner.bias);
    product(&layer->outer, room, tokens, x, true);
    vecmath_layernorm(x, tokens, layer->outer.out, layer->outer.bias, &layer->outer_norm);
}

void
bert_encode(const struct bert *bert, const struct bert_batch *batch, float *scratch)
{
    float *room = scratch + batch->tokens * bert->width;

    assert(batch->tokens > 0 && batch->longest <= bert->positions);
    embeddings_sum(bert, batch, scratch);
    for (size_t i = 0; i < bert->layers; i++) {
        attend(bert, &bert->layer[i], batch, scratch, room);
        feed_forward(&bert->layer[i], batch->tokens, scratch, room);
    }
}
