/*
 * embed: a tiny model against plain loops in double precision, and broken folders.
 */
#include "embed/embed.h"

#include "embed/stage.h"
#include "suite.h"
#include "tiny_model.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* One dense layer of one row, by the definition. */
static void
plain_dense(const struct tiny_model *tiny, const char *name, const double *x, size_t in,
            double *y, size_t out)
{
    char full[96];
    const float *weight, *bias;

    (void)snprintf(full, sizeof full, "%s.weight", name);
    weight = tiny_floats(tiny, full);
    (void)snprintf(full, sizeof full, "%s.bias", name);
    bias = tiny_floats(tiny, full);
    for (size_t o = 0; o < out; o++) {
        y[o] = (double)bias[o];
        for (size_t i = 0; i < in; i++)
            y[o] += x[i] * (double)weight[o * in + i];
    }
}

static void
plain_norm(const struct tiny_model *tiny, const char *name, double *x)
{
    char full[96];
    const float *gain, *shift;
    double mean = 0, square = 0;

    (void)snprintf(full, sizeof full, "%s.weight", name);
    gain = tiny_floats(tiny, full);
    (void)snprintf(full, sizeof full, "%s.bias", name);
    shift = tiny_floats(tiny, full);
    for (size_t i = 0; i < TINY_WIDTH; i++)
        mean += x[i] / TINY_WIDTH;
    for (size_t i = 0; i < TINY_WIDTH; i++)
        square += (x[i] - mean) * (x[i] - mean) / TINY_WIDTH;
    for (size_t i = 0; i < TINY_WIDTH; i++)
        x[i] = (x[i] - mean) / sqrt(square + 1e-12) * (double)gain[i] + (double)shift[i];
}

typedef double row[TINY_WIDTH];

static void
plain_attention(const struct tiny_model *tiny, const char *layer, row *x, size_t n)
{
    row q[TINY_PLACES], k[TINY_PLACES], v[TINY_PLACES], c = {0}, y;
    size_t side = TINY_WIDTH / TINY_HEADS;
    char name[96];

    for (size_t t = 0; t < n; t++) {
        (void)snprintf(name, sizeof name, "%s.attention.self.query", layer);
        plain_dense(tiny, name, x[t], TINY_WIDTH, q[t], TINY_WIDTH);
        (void)snprintf(name, sizeof name, "%s.attention.self.key", layer);
        plain_dense(tiny, name, x[t], TINY_WIDTH, k[t], TINY_WIDTH);
        (void)snprintf(name, sizeof name, "%s.attention.self.value", layer);
        plain_dense(tiny, name, x[t], TINY_WIDTH, v[t], TINY_WIDTH);
    }
    for (size_t t = 0; t < n; t++) {
        for (size_t i = 0; i < TINY_WIDTH; i++) {
            size_t first = i / side * side;
            double sum = 0, all = 0;

            for (size_t u = 0; u < n; u++) {
                double score = 0;

                for (size_t j = first; j < first + side; j++)
                    score += q[t][j] * k[u][j];
                score = exp(score / sqrt((double)side));
                all += score;
                sum += score * v[u][i];
            }
            c[i] = sum / all;
        }
        (void)snprintf(name, sizeof name, "%s.attention.output.dense", layer);
        plain_dense(tiny, name, c, TINY_WIDTH, y, TINY_WIDTH);
        for (size_t i = 0; i < TINY_WIDTH; i++)
            x[t][i] += y[i];
        (void)snprintf(name, sizeof name, "%s.attention.output.LayerNorm", layer);
        plain_norm(tiny, name, x[t]);
    }
}

static void
plain_forward(const struct tiny_model *tiny, const char *layer, double *x)
{
    double inner[TINY_INNER], y[TINY_WIDTH];
    char name[96];

    (void)snprintf(name, sizeof name, "%s.intermediate.dense", layer);
    plain_dense(tiny, name, x, TINY_WIDTH, inner, TINY_INNER);
    for (size_t i = 0; i < TINY_INNER; i++)
        inner[i] = 0.5 * inner[i] * (1 + erf(inner[i] / sqrt(2.0)));
    (void)snprintf(name, sizeof name, "%s.output.dense", layer);
    plain_dense(tiny, name, inner, TINY_INNER, y, TINY_WIDTH);
    for (size_t i = 0; i < TINY_WIDTH; i++)
        x[i] += y[i];
    (void)snprintf(name, sizeof name, "%s.output.LayerNorm", layer);
    plain_norm(tiny, name, x);
}

/* The token vectors of the ids. */
static void
plain_encode(const struct tiny_model *tiny, const int *ids, size_t n, row *x)
{
    const float *word = tiny_floats(tiny, "embeddings.word_embeddings.weight");
    const float *place = tiny_floats(tiny, "embeddings.position_embeddings.weight");
    const float *type = tiny_floats(tiny, "embeddings.token_type_embeddings.weight");

    for (size_t t = 0; t < n; t++) {
        for (size_t i = 0; i < TINY_WIDTH; i++)
            x[t][i] = (double)word[(size_t)ids[t] * TINY_WIDTH + i] +
                      (double)place[t * TINY_WIDTH + i] + (double)type[i];
        plain_norm(tiny, "embeddings.LayerNorm", x[t]);
    }
    for (int l = 0; l < TINY_LAYERS; l++) {
        char layer[32];

        (void)snprintf(layer, sizeof layer, "encoder.layer.%d", l);
        plain_attention(tiny, layer, x, n);
        for (size_t t = 0; t < n; t++)
            plain_forward(tiny, layer, x[t]);
    }
}

static struct embed *
opened(const struct tiny_model *tiny)
{
    struct err err = {.kind = ERR_NONE};
    struct embed *embed = NULL;

    if (!embed_open(tiny->dir, "tiny", &embed, &err))
        (void)fprintf(stderr, "%s\n", err.text);
    CU_ASSERT_PTR_NOT_NULL(embed);
    return embed;
}

static void
tiny_end(struct tiny_model *tiny)
{
    stage_remove(tiny->dir);
    arena_free(tiny->arena);
}

/* "The Allfather, wiser!" and its like, with the ids that they must have. */
static const struct {
    const char *text;
    int ids[10];
    size_t count;
} samples[] = {
    {"The Allfather, wiser!", {2, 5, 6, 7, 8, 12, 9, 10, 13, 3}, 10},
    {"odin", {2, 11, 3}, 3},
    {"", {2, 3}, 2},
    {"zzz \xc3\x89s", {2, 1, 14, 15, 3}, 5},
    {"the the the the the the the the the odin", {2, 5, 5, 5, 5, 5, 5, 5, 5, 3}, 10},
};
enum { SAMPLES = sizeof samples / sizeof samples[0] };

static bool
near(const float *vector, const double *want)
{
    for (size_t i = 0; i < TINY_WIDTH; i++)
        if (!(fabs((double)vector[i] - want[i]) < 2e-5))
            return false;
    return true;
}

static void
plain_vector(const struct tiny_model *tiny, size_t which, bool first, bool normal, double *v)
{
    row x[TINY_PLACES];
    size_t n = first ? 1 : samples[which].count;
    double square = 0;

    plain_encode(tiny, samples[which].ids, samples[which].count, x);
    for (size_t i = 0; i < TINY_WIDTH; i++) {
        v[i] = 0;
        for (size_t t = 0; t < n; t++)
            v[i] += x[t][i] / (double)n;
        square += v[i] * v[i];
    }
    for (size_t i = 0; normal && i < TINY_WIDTH; i++)
        v[i] /= sqrt(square);
}

static void
check_cases(const struct tiny_model *tiny, bool first, bool normal)
{
    struct err err = {.kind = ERR_NONE};
    struct embed *embed = opened(tiny);
    struct str texts[100];
    float vectors[100 * TINY_WIDTH];

    if (embed == NULL)
        return;
    for (size_t i = 0; i < 100; i++)
        texts[i] = str_of(samples[i % SAMPLES].text);
    CU_ASSERT(embed_texts(embed, tiny->arena, texts, 100, vectors, &err));
    for (size_t i = 0; i < 100; i++) {
        double want[TINY_WIDTH];

        plain_vector(tiny, i % SAMPLES, first, normal, want);
        CU_ASSERT(near(vectors + i * TINY_WIDTH, want));
    }
    embed_close(embed);
}

static void
test_scalar(void)
{
    struct tiny_model tiny;

    tiny_begin(&tiny);
    check_cases(&tiny, false, true);
    tiny_safetensors(&tiny, "bert.", NULL);
    check_cases(&tiny, false, true);
    tiny_end(&tiny);
}

static void
test_pooling(void)
{
    struct tiny_model tiny;

    tiny_begin(&tiny);
    tiny_text(&tiny, "1_Pooling/config.json",
              "{\"pooling_mode_mean_tokens\":false,\"pooling_mode_cls_token\":true}");
    tiny_text(&tiny, "modules.json",
              "[{\"path\":\"\",\"type\":\"sentence_transformers.models.Transformer\"},"
              "{\"path\":\"1_Pooling\",\"type\":\"sentence_transformers.models.Pooling\"}]");
    check_cases(&tiny, true, false);
    tiny_end(&tiny);
}

static void
test_says(void)
{
    struct tiny_model tiny;
    struct embed *embed;
    struct err err = {.kind = ERR_NONE};

    tiny_begin(&tiny);
    embed = opened(&tiny);
    CU_ASSERT_STRING_EQUAL(embed_model(embed), "tiny");
    CU_ASSERT_EQUAL(embed_dims(embed), TINY_WIDTH);
    CU_ASSERT_EQUAL(embed_window(embed), 10);
    CU_ASSERT(embed_bytes(embed) > 4096);
    CU_ASSERT_EQUAL(embed_tokens(embed, str_of(samples[0].text)), 10);
    CU_ASSERT_EQUAL(embed_tokens(embed, str_of(samples[4].text)), 12);
    CU_ASSERT(embed_texts(embed, tiny.arena, NULL, 0, NULL, &err));
    embed_close(embed);
    CU_ASSERT(embed_open(tiny.dir, "none", &embed, &err));
    CU_ASSERT_PTR_NULL(embed);
    tiny_end(&tiny);
}

/* One file replaced: the model must be refused with words that name the trouble. */
static const struct {
    const char *file, *text, *says;
} broken[] = {
    {"config.json", "{\"model_type\":\"roberta\"}", "model_type is roberta"},
    {"config.json", "{\"model_type\":\"bert\"", "config.json"},
    {"config.json", "{\"hidden_act\":\"relu\"}", "hidden_act is relu"},
    {"config.json", "{\"hidden_size\":-4}", "hidden_size"},
    {"config.json", "[]", "hidden_size"},
    {"model.safetensors", "", "empty"},
    {"model.safetensors", "PK\3\4 surely not one", "not a safetensors file"},
    {"vocab.txt", "one\ntwo\n", "[UNK]"},
    {"vocab.txt", TINY_VOCAB "more\n", "17 tokens"},
    {"tokenizer_config.json", "nonsense", "tokenizer_config.json"},
    {"1_Pooling/config.json", "{\"pooling_mode_max_tokens\":true}", "pooling"},
    {"modules.json", "[{\"path\":\"../x\",\"type\":\"m.Pooling\"}]", "not plain"},
    {"modules.json", "[{\"path\":\"2\",\"type\":\"m.Pooling\"}]", "2/config.json"},
    {"modules.json", "[{\"path\":\"2\",\"type\":\"m.Dense\"}]", "Dense"},
};

static void
check_refused(const struct tiny_model *tiny, const char *says)
{
    struct err err = {.kind = ERR_NONE};
    struct embed *embed = NULL;

    CU_ASSERT_FALSE(embed_open(tiny->dir, "tiny", &embed, &err));
    CU_ASSERT_PTR_NULL(embed);
    CU_ASSERT_EQUAL(err.kind, ERR_UNAVAILABLE);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "kvasir model install"));
    if (strstr(err.detail, says) == NULL)
        (void)fprintf(stderr, "wanted \"%s\" in: %s\n", says, err.detail);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.detail, says));
}

static void
test_broken(void)
{
    struct err err = {.kind = ERR_NONE};
    struct embed *embed = NULL;

    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct tiny_model tiny;

        tiny_begin(&tiny);
        tiny_text(&tiny, broken[i].file, broken[i].text);
        check_refused(&tiny, broken[i].says);
        tiny_end(&tiny);
    }
    CU_ASSERT_FALSE(embed_open("/nonexistent", "tiny", &embed, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_UNAVAILABLE);
    err.kind = ERR_NONE;
    CU_ASSERT_FALSE(embed_open("/tmp", "../etc", &embed, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_UNAVAILABLE);
}

static void
test_tensors_missing(void)
{
    struct tiny_model tiny;

    tiny_begin(&tiny);
    for (size_t i = 0; i < tiny.count; i++) {
        tiny_safetensors(&tiny, "", tiny.tensors[i].name);
        check_refused(&tiny, tiny.tensors[i].name);
    }
    tiny.tensors[4].columns--;
    tiny_safetensors(&tiny, "", NULL);
    check_refused(&tiny, "does not have the shape [12]");
    tiny_end(&tiny);
}

static void
test_not_finite(void)
{
    struct err err = {.kind = ERR_NONE};
    struct tiny_model tiny;
    struct str text = STR("odin");
    float vector[TINY_WIDTH];
    struct embed *embed;

    tiny_begin(&tiny);
    tiny.tensors[5].floats[3] = NAN;
    tiny.tensors[0].floats[11 * TINY_WIDTH] = INFINITY;
    tiny_safetensors(&tiny, "", NULL);
    embed = opened(&tiny);
    CU_ASSERT_FALSE(embed_texts(embed, tiny.arena, &text, 1, vector, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_INTERNAL);
    embed_close(embed);
    tiny_end(&tiny);
}

/* "The Allfather, wiser!": its words, the tokens of each, and their weighed mean. */
static void
test_weighed(void)
{
    static const struct {
        const char *word;
        size_t tokens;
        double weight;
    } words[] = {
        {"The", 1, 0.5}, {"Allfather", 3, 4}, {",", 1, 0}, {"wiser", 2, 1.5}, {"!", 1, 3}};
    struct tiny_model tiny;
    struct err err = {.kind = ERR_NONE};
    struct embed_reading reading;
    struct embed *embed;
    double weights[5], none[5] = {0}, want[TINY_WIDTH] = {0}, square = 0;
    float vector[TINY_WIDTH], alone[TINY_WIDTH];
    struct str text = str_of(samples[0].text);
    row x[TINY_PLACES];
    size_t t = 1;

    tiny_begin(&tiny);
    embed = opened(&tiny);
    CU_ASSERT(embed_read(embed, tiny.arena, text, &reading, vector, &err));
    CU_ASSERT(embed_texts(embed, tiny.arena, &text, 1, alone, &err));
    CU_ASSERT_EQUAL(memcmp(vector, alone, sizeof vector), 0);
    CU_ASSERT_EQUAL_FATAL(reading.count, 5);
    plain_encode(&tiny, samples[0].ids, samples[0].count, x);
    for (size_t i = 0; i < 5; i++) {
        CU_ASSERT(str_is(reading.words[i], words[i].word));
        CU_ASSERT_EQUAL(reading.tokens[i], words[i].tokens);
        weights[i] = words[i].weight;
        for (size_t end = t + words[i].tokens; t < end; t++)
            for (size_t j = 0; j < TINY_WIDTH; j++)
                want[j] += weights[i] * x[t][j];
    }
    for (size_t j = 0; j < TINY_WIDTH; j++)
        square += want[j] * want[j];
    for (size_t j = 0; j < TINY_WIDTH; j++)
        want[j] /= sqrt(square);
    CU_ASSERT(embed_weigh(&reading, weights, vector));
    CU_ASSERT(near(vector, want));
    CU_ASSERT_FALSE(embed_weigh(&reading, none, vector));
    CU_ASSERT(embed_read(embed, tiny.arena, str_of(samples[4].text), &reading, vector, &err));
    CU_ASSERT_EQUAL(reading.count, 0); /* longer than the window */
    CU_ASSERT(embed_read(embed, tiny.arena, STR("wise [MASK]"), &reading, vector, &err));
    CU_ASSERT_EQUAL(reading.count, 0);
    embed_close(embed);
    tiny_end(&tiny);
}

static void
test_big_endian(void)
{
    float vector[2] = {1.0F, -2.0F};

    embed_to_be(vector, 2);
    CU_ASSERT_EQUAL(memcmp(vector, "\x3f\x80\0\0\xc0\0\0\0", 8), 0);
}

SUITE("embed", {"vectors are those of the definition, alone and in batches", test_scalar},
      {"[CLS] pooling without normalisation is what it says", test_pooling},
      {"a model tells its name, width and window", test_says},
      {"a broken folder is refused in words", test_broken},
      {"each missing tensor is named", test_tensors_missing},
      {"no vector that is not finite leaves", test_not_finite},
      {"words of a text are weighed afterwards", test_weighed},
      {"vectors become big-endian in place", test_big_endian});
