/*
 * tiny_model: a BERT of a few hundred weights, written as a sentence-transformers folder.
 */
#include "tiny_model.h"

#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void
tiny_write(const struct tiny_model *tiny, const char *file, const void *bytes, size_t len)
{
    char path[192];
    FILE *to;

    (void)snprintf(path, sizeof path, "%s/%s", tiny->folder, file);
    to = fopen(path, "wb");
    if (to == NULL || fwrite(bytes, 1, len, to) != len || fclose(to) != 0)
        abort();
}

void
tiny_text(const struct tiny_model *tiny, const char *file, const char *text)
{
    tiny_write(tiny, file, text, strlen(text));
}

static void
tiny_add(struct tiny_model *tiny, const char *name, size_t rows, size_t columns)
{
    struct tiny_tensor *tensor = &tiny->tensors[tiny->count++];
    size_t count = (rows == 0 ? 1 : rows) * columns;

    (void)snprintf(tensor->name, sizeof tensor->name, "%s", name);
    tensor->rows = rows;
    tensor->columns = columns;
    tensor->floats = arena_take(tiny->arena, count * sizeof(float));
    for (size_t i = 0; i < count; i++) {
        tiny->seed = tiny->seed * 1103515245U + 12345U;
        tensor->floats[i] = (float)(tiny->seed >> 8 & 0xffff) / 32768.0F - 1.0F;
    }
}

static void
tiny_pair(struct tiny_model *tiny, const char *name, size_t rows, size_t columns)
{
    char full[80];

    (void)snprintf(full, sizeof full, "%s.weight", name);
    tiny_add(tiny, full, rows, columns);
    (void)snprintf(full, sizeof full, "%s.bias", name);
    tiny_add(tiny, full, 0, rows == 0 ? columns : rows);
}

const float *
tiny_floats(const struct tiny_model *tiny, const char *name)
{
    for (size_t i = 0; i < tiny->count; i++)
        if (strcmp(tiny->tensors[i].name, name) == 0)
            return tiny->tensors[i].floats;
    abort();
}

static void
tiny_weights(struct tiny_model *tiny)
{
    static const struct {
        const char *name;
        size_t rows, columns;
    } parts[] = {
        {"attention.self.query", TINY_WIDTH, TINY_WIDTH},
        {"attention.self.key", TINY_WIDTH, TINY_WIDTH},
        {"attention.self.value", TINY_WIDTH, TINY_WIDTH},
        {"attention.output.dense", TINY_WIDTH, TINY_WIDTH},
        {"attention.output.LayerNorm", 0, TINY_WIDTH},
        {"intermediate.dense", TINY_INNER, TINY_WIDTH},
        {"output.dense", TINY_WIDTH, TINY_INNER},
        {"output.LayerNorm", 0, TINY_WIDTH},
    };

    tiny_add(tiny, "embeddings.word_embeddings.weight", TINY_WORDS, TINY_WIDTH);
    tiny_add(tiny, "embeddings.position_embeddings.weight", TINY_PLACES, TINY_WIDTH);
    tiny_add(tiny, "embeddings.token_type_embeddings.weight", 2, TINY_WIDTH);
    tiny_pair(tiny, "embeddings.LayerNorm", 0, TINY_WIDTH);
    for (int layer = 0; layer < TINY_LAYERS; layer++) {
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
            char name[64];

            (void)snprintf(name, sizeof name, "encoder.layer.%d.%s", layer, parts[i].name);
            tiny_pair(tiny, name, parts[i].rows, parts[i].columns);
        }
    }
}

/* The weights as a safetensors file; a tensor named `without` is left out. */
void
tiny_safetensors(const struct tiny_model *tiny, const char *prefix, const char *without)
{
    struct buf header, data, file;

    buf_start(&header, tiny->arena, 4096);
    buf_start(&data, tiny->arena, 4096);
    buf_start(&file, tiny->arena, 4096);
    buf_text(&header, "{\"__metadata__\":{\"format\":\"pt\"}");
    for (size_t i = 0; i < tiny->count; i++) {
        const struct tiny_tensor *tensor = &tiny->tensors[i];
        size_t bytes = (tensor->rows == 0 ? 1 : tensor->rows) * tensor->columns * sizeof(float);

        if (without != NULL && strcmp(tensor->name, without) == 0)
            continue;
        buf_fmt(&header, ",\"%s%s\":{\"dtype\":\"F32\",\"shape\":[", prefix, tensor->name);
        if (tensor->rows != 0)
            buf_fmt(&header, "%zu,", tensor->rows);
        buf_fmt(&header, "%zu],\"data_offsets\":[%zu,%zu]}", tensor->columns, data.len,
                data.len + bytes);
        buf_add(&data, tensor->floats, bytes);
    }
    buf_text(&header, "}");
    while (header.len % 8 != 0)
        buf_byte(&header, ' ');
    for (int i = 0; i < 8; i++)
        buf_byte(&file, (char)(header.len >> (8 * i) & 255));
    buf_add(&file, header.data, header.len);
    buf_add(&file, data.data, data.len);
    tiny_write(tiny, "model.safetensors", file.data, file.len);
}

void
tiny_begin(struct tiny_model *tiny)
{
    char pooling[192];

    memset(tiny, 0, sizeof *tiny);
    tiny->arena = arena_new(1 << 16);
    tiny->seed = 7;
    (void)snprintf(tiny->dir, sizeof tiny->dir, "/tmp/kvasir-tiny.XXXXXX");
    if (mkdtemp(tiny->dir) == NULL)
        abort();
    (void)snprintf(tiny->folder, sizeof tiny->folder, "%s/tiny", tiny->dir);
    (void)snprintf(pooling, sizeof pooling, "%s/1_Pooling", tiny->folder);
    if (mkdir(tiny->folder, 0755) != 0 || mkdir(pooling, 0755) != 0)
        abort();
    tiny_weights(tiny);
    tiny_safetensors(tiny, "", NULL);
    tiny_text(tiny, "vocab.txt", TINY_VOCAB);
    tiny_text(tiny, "config.json",
              "{\"model_type\":\"bert\",\"hidden_act\":\"gelu\",\"hidden_size\":12,"
              "\"intermediate_size\":20,\"num_hidden_layers\":2,\"num_attention_heads\":3,"
              "\"max_position_embeddings\":16,\"type_vocab_size\":2,\"vocab_size\":16,"
              "\"layer_norm_eps\":1e-12}");
    tiny_text(tiny, "tokenizer_config.json", "{\"do_lower_case\":true,\"strip_accents\":null}");
    tiny_text(tiny, "sentence_bert_config.json", "{\"max_seq_length\":10}");
    tiny_text(tiny, "1_Pooling/config.json",
              "{\"pooling_mode_mean_tokens\":true,\"pooling_mode_cls_token\":false}");
    tiny_text(
        tiny, "modules.json",
        "[{\"path\":\"\",\"type\":\"sentence_transformers.models.Transformer\"},"
        "{\"path\":\"1_Pooling\",\"type\":\"sentence_transformers.models.Pooling\"},"
        "{\"path\":\"2_Normalize\",\"type\":\"sentence_transformers.models.Normalize\"}]");
}
