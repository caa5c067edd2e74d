/*
 * embed_reference: all-MiniLM-L6-v2 against token ids and vectors computed elsewhere.
 *
 * data/minilm_reference.txt holds, for each text, the ids of the published tokenizer and the
 * vector of an independent encoder in double precision.  Skipped when the model is not
 * installed in KVASIR_TEST_MODEL_DIR or .dev/models.
 */
#include "embed/embed.h"

#include "base/buf.h"
#include "base/js.h"
#include "embed/folder.h"
#include "embed/wordpiece.h"
#include "suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MODEL   "all-MiniLM-L6-v2"
#define CASES   64
#define WIDTH   384
#define SKIPPED 77

struct reference {
    struct str text;
    size_t tokens, count;
    int32_t ids[256];
    float vector[WIDTH];
};

static const char *model_dir;
static struct arena *arena;
static struct embed *embed;
static struct reference references[CASES];
static size_t count;

static struct str
next_line(struct str *rest)
{
    const char *stop = memchr(rest->at, '\n', rest->len);
    struct str line = {rest->at, stop == NULL ? rest->len : (size_t)(stop - rest->at)};

    rest->at += line.len + (stop != NULL);
    rest->len -= line.len + (stop != NULL);
    return line;
}

static unsigned
base64_digit(char c)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    return (unsigned)(strchr(digits, c) - digits);
}

/* WIDTH little-endian floats are a multiple of 3 bytes: no padding to care for. */
static bool
floats_read(struct str line, float *vector)
{
    unsigned char bytes[WIDTH * 4];

    if (line.len != sizeof bytes / 3 * 4)
        return false;
    for (size_t i = 0, at = 0; i + 3 < line.len; i += 4, at += 3) {
        unsigned bits = base64_digit(line.at[i]) << 18 | base64_digit(line.at[i + 1]) << 12 |
                        base64_digit(line.at[i + 2]) << 6 | base64_digit(line.at[i + 3]);

        bytes[at] = (unsigned char)(bits >> 16 & 255);
        bytes[at + 1] = (unsigned char)(bits >> 8 & 255);
        bytes[at + 2] = (unsigned char)(bits & 255);
    }
    for (size_t i = 0; i < WIDTH; i++) {
        uint32_t bits = bytes[4 * i] | (uint32_t)bytes[4 * i + 1] << 8 |
                        (uint32_t)bytes[4 * i + 2] << 16 | (uint32_t)bytes[4 * i + 3] << 24;

        memcpy(&vector[i], &bits, sizeof bits);
    }
    return true;
}

static void
ids_read(struct str line, struct reference *reference)
{
    int id = 0;

    for (size_t i = 0; i <= line.len; i++) {
        if (i < line.len && line.at[i] != ' ') {
            id = id * 10 + (line.at[i] - '0');
        } else {
            reference->ids[reference->count++] = id;
            id = 0;
        }
    }
}

static bool
references_read(void)
{
    const char *srcdir = getenv("srcdir");
    const char *path = folder_path(arena, srcdir == NULL ? "." : srcdir,
                                   "tests/unit/data/minilm_reference.txt");
    struct err err = {.kind = ERR_NONE};
    struct str rest;

    if (!folder_text(arena, path, &rest, &err))
        return false;
    while (rest.len > 0 && count < CASES) {
        struct str line = next_line(&rest);
        struct json_object *text;
        struct reference *reference = &references[count];

        if (line.at[0] == '#')
            continue;
        if (!js_parse(arena, line, &text, &err))
            return false;
        reference->text = js_str(text);
        reference->tokens = (size_t)strtoul(next_line(&rest).at, NULL, 10);
        ids_read(next_line(&rest), reference);
        if (!floats_read(next_line(&rest), reference->vector))
            return false;
        count++;
    }
    return count > 0;
}

static void
test_ids(void)
{
    struct err err = {.kind = ERR_NONE};
    struct wordpiece *words;
    struct str vocab;
    const char *path = folder_path(arena, model_dir, MODEL "/vocab.txt");

    CU_ASSERT_FATAL(folder_text(arena, path, &vocab, &err));
    CU_ASSERT_FATAL(
        wordpiece_open(arena, vocab, (struct wordpiece_rules){true, true, true}, &words, &err));
    for (size_t i = 0; i < count; i++) {
        const struct reference *want = &references[i];
        int32_t ids[254];
        size_t got = wordpiece_ids(words, want->text, ids, 254, true);

        CU_ASSERT_EQUAL(got + 2, want->tokens);
        CU_ASSERT_EQUAL(embed_tokens(embed, want->text), want->tokens);
        CU_ASSERT_EQUAL(memcmp(ids, want->ids + 1, (want->count - 2) * sizeof *ids), 0);
    }
}

static double
cosine(const float *a, const float *b)
{
    double dot = 0, aa = 0, bb = 0;

    for (size_t i = 0; i < WIDTH; i++) {
        dot += (double)a[i] * (double)b[i];
        aa += (double)a[i] * (double)a[i];
        bb += (double)b[i] * (double)b[i];
    }
    CU_ASSERT_DOUBLE_EQUAL(aa, 1, 1e-5);
    return dot / sqrt(aa * bb);
}

static void
check_vectors(const struct str *texts, size_t texts_count, size_t first, double *worst)
{
    struct err err = {.kind = ERR_NONE};
    struct arena *scratch = arena_new(1 << 16);
    float *vectors = arena_take(scratch, texts_count * WIDTH * sizeof *vectors);

    CU_ASSERT(embed_texts(embed, scratch, texts, texts_count, vectors, &err));
    for (size_t i = 0; i < texts_count; i++) {
        double same = cosine(vectors + i * WIDTH, references[first + i].vector);

        CU_ASSERT(same >= 0.9999);
        *worst = same < *worst ? same : *worst;
    }
    arena_free(scratch);
}

static void
test_vectors(void)
{
    struct str texts[CASES];
    double worst = 1;

    for (size_t i = 0; i < count; i++) {
        texts[i] = references[i].text;
        check_vectors(&texts[i], 1, i, &worst);
    }
    check_vectors(texts, count, 0, &worst);
    (void)printf("worst cosine 1 - %.1e ", 1 - worst);
}

static void
test_shape(void)
{
    CU_ASSERT_EQUAL(embed_dims(embed), WIDTH);
    CU_ASSERT_EQUAL(embed_window(embed), 256);
    CU_ASSERT_STRING_EQUAL(embed_model(embed), MODEL);
}

static const char *
model_dir_find(void)
{
    const char *given = getenv("KVASIR_TEST_MODEL_DIR"), *srcdir = getenv("srcdir");

    if (given != NULL)
        return given;
    return folder_path(arena, srcdir == NULL ? "." : srcdir, ".dev/models");
}

int
main(void)
{
    static const struct suite_case suite[] = {
        {"the model is the one we know", test_shape},
        {"token ids are those of the published tokenizer", test_ids},
        {"vectors are those of the reference, alone and in a batch", test_vectors},
    };
    struct err err = {.kind = ERR_NONE};
    const char *path;
    int status;

    arena = arena_new(1 << 20);
    model_dir = model_dir_find();
    path = folder_path(arena, model_dir, MODEL "/model.safetensors");
    if (access(path, R_OK) != 0) {
        (void)printf("skipped: no %s; kvasir model install brings it\n", path);
        return SKIPPED;
    }
    if (!embed_open(model_dir, MODEL, &embed, &err) || !references_read()) {
        (void)fprintf(stderr, "cannot begin: %s\n", err.text);
        return EXIT_FAILURE;
    }
    status = suite_main("embed_reference", suite, sizeof suite / sizeof suite[0]);
    embed_close(embed);
    arena_free(arena);
    return status;
}
