/*
 * embed: text to vector, by the model that this process has opened.
 *
 * Texts are grouped until about one window of tokens is full: matrices large enough to be worth
 * their set-up, scratch memory bounded whatever the batch.
 */
#include "embed/embed.h"

#include "base/clock.h"
#include "base/js.h"
#include "base/metric.h"
#include "embed/bert.h"
#include "embed/blas.h"
#include "embed/folder.h"
#include "embed/pooling.h"
#include "embed/wordpiece.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define GROUP_TOKENS 256  /* beyond it larger matrices gain nothing */
#define WINDOW_MAX   2048 /* the scores of a head grow with its square */

struct embed {
    struct arena *arena; /* everything here, and the mapping, ends with it */
    const char *name;
    struct bert *bert;
    struct wordpiece *words;
    struct safetensors *tensors;
    struct pooling pooling;
    size_t window;
};

/* The group of texts that goes through the encoder together. */
struct group {
    int32_t *ids;
    size_t *lengths;
    size_t texts, tokens, longest, room;
    float *scratch;
};

static bool
words_open(struct embed *embed, struct arena *scratch, const char *folder, bool lower,
           struct err *err)
{
    struct wordpiece_rules rules;
    struct json_object *config, *accents;
    struct str vocab;

    if (!folder_json(scratch, folder, "tokenizer_config.json", &config, err) ||
        !folder_text(embed->arena, folder_path(scratch, folder, "vocab.txt"), &vocab, err))
        return false;
    rules.lower = js_bool(js_find(config, "do_lower_case"), true);
    accents = js_find(config, "strip_accents"); /* null: as lower case */
    rules.strip_accents = js_bool(accents, rules.lower);
    rules.space_cjk = js_bool(js_find(config, "tokenize_chinese_chars"), true);
    rules.lower = rules.lower || lower;
    if (!wordpiece_open(embed->arena, vocab, rules, &embed->words, err))
        return false;
    if (wordpiece_count(embed->words) > bert_vocabulary(embed->bert))
        return err_set(err, ERR_INPUT, "vocab.txt has %zu tokens, the model only %zu",
                       wordpiece_count(embed->words), bert_vocabulary(embed->bert));
    return true;
}

static bool
encoder_open(struct embed *embed, struct arena *scratch, const char *folder, struct err *err)
{
    struct json_object *config;

    if (!folder_json(scratch, folder, "config.json", &config, err))
        return false;
    if (config == NULL)
        return err_set(err, ERR_MISSING, "there is no %.180s/config.json", folder);
    return safetensors_open(embed->arena, folder_path(scratch, folder, "model.safetensors"),
                            &embed->tensors, err) &&
           bert_open(embed->arena, config, embed->tensors, &embed->bert, err);
}

static bool
parts_open(struct embed *embed, struct arena *scratch, const char *folder, struct err *err)
{
    struct json_object *sentence;
    long window;
    bool lower;

    if (!encoder_open(embed, scratch, folder, err) ||
        !folder_json(scratch, folder, "sentence_bert_config.json", &sentence, err))
        return false;
    embed->window = bert_positions(embed->bert);
    window = js_long(js_find(sentence, "max_seq_length"), 0);
    lower = js_bool(js_find(sentence, "do_lower_case"), false);
    if (window > 2 && (size_t)window < embed->window)
        embed->window = (size_t)window;
    if (embed->window > WINDOW_MAX)
        embed->window = WINDOW_MAX;
    if (embed->window < 3)
        return err_set(err, ERR_INPUT, "the model reads fewer than 3 tokens");
    return words_open(embed, scratch, folder, lower, err) &&
           pooling_read(scratch, folder, &embed->pooling, err);
}

static bool
name_is_plain(const char *name)
{
    return name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL;
}

bool
embed_open(const char *dir, const char *name, struct embed **embed_out, struct err *err)
{
    struct err why = {.kind = ERR_NONE};
    struct arena *arena, *scratch;
    struct embed *embed;
    bool good;

    *embed_out = NULL;
    if (strcmp(name, "none") == 0)
        return true;
    if (!name_is_plain(name))
        return err_set(err, ERR_UNAVAILABLE, "\"%.60s\" is not the name of a model", name);
    arena = arena_new((size_t)64 << 10);
    scratch = arena_new((size_t)16 << 10);
    embed = arena_take(arena, sizeof *embed);
    embed->arena = arena;
    embed->name = arena_strdup(arena, name);
    good = parts_open(embed, scratch, folder_path(scratch, dir, name), &why);
    arena_free(scratch);
    if (!good) {
        arena_free(arena);
        (void)err_detail(err, "%s", why.text);
        return err_set(err, ERR_UNAVAILABLE,
                       "the model %.60s is not usable (%.90s); run: kvasir model install %.40s",
                       name, why.text, name);
    }
    *embed_out = embed;
    return true;
}

void
embed_close(struct embed *embed)
{
    if (embed != NULL)
        arena_free(embed->arena);
}

const char *
embed_model(const struct embed *embed)
{
    return embed->name;
}

size_t
embed_dims(const struct embed *embed)
{
    return bert_width(embed->bert);
}

size_t
embed_window(const struct embed *embed)
{
    return embed->window;
}

size_t
embed_bytes(const struct embed *embed)
{
    return safetensors_bytes(embed->tensors);
}

size_t
embed_tokens(const struct embed *embed, struct str text)
{
    return wordpiece_ids(embed->words, text, NULL, 0, true) + 2;
}

/* Upper bounds without reading the texts: no token is shorter than a byte. */
static struct group
group_new(const struct embed *embed, struct arena *arena, const struct str *texts, size_t count)
{
    size_t most = embed->window > GROUP_TOKENS ? embed->window : GROUP_TOKENS;
    struct group group = {.room = 0};
    size_t longest = 0;

    for (size_t i = 0; i < count; i++) {
        size_t bound = texts[i].len < embed->window - 2 ? texts[i].len + 2 : embed->window;

        longest = bound > longest ? bound : longest;
        group.room = group.room + bound < most ? group.room + bound : most;
    }
    group.ids = arena_take(arena, (group.room + embed->window) * sizeof *group.ids);
    group.lengths = arena_take(arena, (group.room + 1) * sizeof *group.lengths);
    group.scratch = arena_take(arena, bert_scratch(embed->bert, group.room, longest) *
                                          sizeof *group.scratch);
    return group;
}

/* Writes the text's ids behind those of the group, which has a window's room more than it uses.
 */
static size_t
group_tokenise(const struct embed *embed, struct group *group, struct str text)
{
    int32_t *ids = group->ids + group->tokens;
    size_t inner = wordpiece_ids(embed->words, text, ids + 1, embed->window - 2, false);

    if (inner > embed->window - 2)
        inner = embed->window - 2;
    ids[0] = wordpiece_cls(embed->words);
    ids[inner + 1] = wordpiece_sep(embed->words);
    return inner + 2;
}

static void
group_add(struct group *group, size_t length)
{
    group->lengths[group->texts++] = length;
    group->tokens += length;
    if (length > group->longest)
        group->longest = length;
}

/* Encodes and pools the group, and empties it; returns where the next vector goes. */
static float *
group_flush(const struct embed *embed, struct group *group, float *vectors)
{
    struct bert_batch batch = {group->ids, group->lengths, group->texts, group->tokens,
                               group->longest};
    size_t width = embed_dims(embed), first = 0;

    bert_encode(embed->bert, &batch, group->scratch);
    for (size_t i = 0; i < group->texts; i++, vectors += width) {
        pooling_pool(&embed->pooling, group->scratch + first * width, group->lengths[i], width,
                     vectors);
        first += group->lengths[i];
    }
    group->texts = group->tokens = group->longest = 0;
    return vectors;
}

/* Weights from a file that somebody made may hold anything: no NaN may reach an index. */
static bool
vectors_are_finite(const float *vectors, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(vectors[i]))
            return false;
    return true;
}

static bool
vectors_done(const struct embed *embed, const float *vectors, size_t count, int64_t start,
             struct err *err)
{
    if (!vectors_are_finite(vectors, count * embed_dims(embed)))
        return err_set(err, ERR_INTERNAL, "the model %.60s computed no finite vector",
                       embed->name);
    metric_add(METRIC_embeddings_total, (int64_t)count);
    metric_time(METRIC_embed_seconds, clock_us() - start);
    return true;
}

bool
embed_texts(const struct embed *embed, struct arena *arena, const struct str *texts,
            size_t count, float *vectors, struct err *err)
{
    int64_t start = clock_us();
    float *next = vectors;
    struct group group;

    if (count == 0)
        return true;
    if (!blas_open(err))
        return false;
    group = group_new(embed, arena, texts, count);
    for (size_t i = 0; i < count; i++) {
        size_t before = group.tokens, length = group_tokenise(embed, &group, texts[i]);

        if (before + length > group.room) {
            next = group_flush(embed, &group, next);
            memmove(group.ids, group.ids + before, length * sizeof *group.ids);
        }
        group_add(&group, length);
    }
    next = group_flush(embed, &group, next);
    assert(next == vectors + count * embed_dims(embed));
    return vectors_done(embed, vectors, count, start, err);
}

/* Its words, when their tokens put together are those that the model read. */
static void
reading_words(const struct embed *embed, struct arena *arena, struct str text, size_t tokens,
              struct embed_reading *reading)
{
    size_t sum = 0;

    reading->words = arena_take(arena, (tokens + 1) * sizeof *reading->words);
    reading->tokens = arena_take(arena, (tokens + 1) * sizeof *reading->tokens);
    for (reading->count = 0; reading->count <= tokens; reading->count++) {
        struct str *word = &reading->words[reading->count];
        size_t *pieces = &reading->tokens[reading->count];

        if (!wordpiece_next(&text, word))
            break;
        *pieces = wordpiece_ids(embed->words, *word, NULL, 0, true);
        sum += *pieces;
    }
    if (text.len > 0 || sum != tokens)
        reading->count = 0;
}

bool
embed_read(const struct embed *embed, struct arena *arena, struct str text,
           struct embed_reading *reading_out, float *vector, struct err *err)
{
    int64_t start = clock_us();
    struct group group;

    if (!blas_open(err))
        return false;
    group = group_new(embed, arena, &text, 1);
    group_add(&group, group_tokenise(embed, &group, text));
    *reading_out = (struct embed_reading){.vectors = group.scratch, .width = embed_dims(embed)};
    if (!embed->pooling.first)
        reading_words(embed, arena, text, group.tokens - 2, reading_out);
    (void)group_flush(embed, &group, vector);
    return vectors_done(embed, vector, 1, start, err);
}

bool
embed_weigh(const struct embed_reading *reading, const double *weights, float *vector)
{
    size_t width = reading->width;
    const float *at = reading->vectors + width; /* behind [CLS] */
    double sum = 0;

    memset(vector, 0, width * sizeof *vector);
    for (size_t i = 0; i < reading->count; i++) {
        pooling_add(at, reading->tokens[i], width, (float)weights[i], vector);
        at += reading->tokens[i] * width;
        sum += weights[i];
    }
    pooling_normalise(vector, width);
    return sum > 0;
}

void
embed_to_be(float *vectors, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;

        memcpy(&bits, &vectors[i], sizeof bits);
        bits = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap32(bits) : bits;
        memcpy(&vectors[i], &bits, sizeof bits);
    }
}
