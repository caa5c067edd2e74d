/*
 * payload: batches of Chroma's clients become columns, or a reason in Chroma's words.
 */
#include "chroma/payload.h"
#include "chroma/vector64.h"
#include "db/call.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

static struct arena *arena;
static struct err err;
static struct pipe batch_pipe;

static bool
reads(enum payload_verb verb, const char *json, struct payload *payload)
{
    struct scan scan;

    memset(&err, 0, sizeof err);
    batch_pipe = (struct pipe){.arena = arena};
    payload_start(payload, verb, &batch_pipe, arena);
    scan_start(&scan, json, strlen(json), arena, &err);
    return payload_read(payload, &scan) && scan_end(&scan);
}

/* The metadata of a batch of one. */
static const char *
written(enum payload_verb verb, const char *metadata)
{
    struct payload payload;
    const char *json = str_format(
        arena, "{\"ids\":[\"a\"],\"embeddings\":[[1]],\"metadatas\":[%s]}", metadata);

    return reads(verb, json, &payload) ? str_copy(arena, payload.metadatas.list[0]) : err.text;
}

static void
test_metadata(void)
{
    static const struct {
        const char *given, *written;
    } cases[] = {
        {"{}", "{}"},
        {"{\"i\":1,\"f\":1.0,\"e\":1e2}", "{\"i\":1,\"f\":1.0,\"e\":100.0}"},
        {"{\"a\":9223372036854775807}", "{\"a\":9223372036854775807}"},
        {"{\"a\":9223372036854775808}", "{\"a\":9223372036854776000.0}"},
        {"{\"a\":1e17}", "{\"a\":100000000000000000.0}"},
        {"{\"a\":-0.5,\"b\":1e-7}", "{\"a\":-0.5,\"b\":1e-07}"},
        {"{\"a\":[1,2.5]}", "{\"a\":[1.0,2.5]}"},
        {"{\"a\":[1,2]}", "{\"a\":[1,2]}"},
        {"{\"a\":[],\"b\":null,\"c\":true}", "{\"c\":true}"},
        {"{\"a\\\"b\":\"\\u00e4\\n\"}", "{\"a\\\"b\":\"\xc3\xa4\\n\"}"},
        {"{\"s\":{\"indices\":[0,7],\"values\":[1,0.5]}}",
         "{\"s\":{\"#type\":\"sparse_vector\",\"indices\":[0,7],\"values\":[1.0,0.5]}}"},
        {"{\"s\":{\"tokens\":[\"x\"],\"values\":[2],\"indices\":[4294967295],"
         "\"#type\":\"sparse_vector\"}}",
         "{\"s\":{\"#type\":\"sparse_vector\",\"indices\":[4294967295],\"values\":[2.0],"
         "\"tokens\":[\"x\"]}}"},
    };

    arena = arena_new(4096);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *found = written(PAYLOAD_ADD, cases[i].given);

        /* A float beyond int64 keeps its value in whatever notation. */
        if (strstr(cases[i].given, "775808") != NULL)
            CU_ASSERT_EQUAL(strtod(found + 5, NULL), 9223372036854775808.0)
        else if (strstr(cases[i].given, "1e-7") != NULL)
            CU_ASSERT_PTR_NOT_NULL(strstr(found, "-0.5,\"b\":"))
        else
            CU_ASSERT_STRING_EQUAL(found, cases[i].written);
    }
    CU_ASSERT_STRING_EQUAL(written(PAYLOAD_UPDATE, "{\"a\":null}"), "{\"a\":null}");
    arena_free(arena);
}

static void
test_metadata_refused(void)
{
    static const char variant[] = "metadatas[0].a: data did not match any variant of untagged "
                                  "enum UpdateMetadataValue";
    static const char invalid[] = "Validation error: metadatas: Invalid metadata at index 0";
    static const struct {
        const char *given, *says;
        enum err_kind kind;
    } cases[] = {
        {"{\"a\":[1,\"x\"]}", variant, ERR_SHAPE},
        {"{\"a\":[true,1]}", variant, ERR_SHAPE},
        {"{\"a\":[null]}", variant, ERR_SHAPE},
        {"{\"a\":[[1]]}", variant, ERR_SHAPE},
        {"{\"a\":{\"b\":1}}", variant, ERR_SHAPE},
        {"{\"a\":{\"indices\":[1.5],\"values\":[1]}}", variant, ERR_SHAPE},
        {"{\"a\":{\"indices\":[-1],\"values\":[1]}}", variant, ERR_SHAPE},
        {"{\"a\":{\"#type\":\"x\",\"indices\":[1],\"values\":[1]}}", variant, ERR_SHAPE},
        {"{\"a\":{\"indices\":[2,1],\"values\":[1,1]}}", invalid, ERR_INPUT},
        {"{\"a\":{\"indices\":[1,1],\"values\":[1,1]}}", invalid, ERR_INPUT},
        {"{\"a\":{\"indices\":[1],\"values\":[]}}", invalid, ERR_INPUT},
        {"{\"a\":{\"indices\":[1],\"values\":[1e39]}}", invalid, ERR_INPUT},
        {"{\"\":1}", invalid, ERR_INPUT},
        {"{\"#a\":1}", invalid, ERR_INPUT},
        {"{\"$a\":1}", invalid, ERR_INPUT},
    };

    arena = arena_new(4096);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT_STRING_EQUAL(written(PAYLOAD_ADD, cases[i].given), cases[i].says);
        CU_ASSERT_EQUAL(err.kind, cases[i].kind);
    }
    arena_free(arena);
}

static void
test_rounds(void)
{
    struct payload payload;

    arena = arena_new(4096);
    CU_ASSERT_TRUE(
        reads(PAYLOAD_UPSERT, "{\"ids\":[\"a\",\"b\"],\"embeddings\":[[1],[2]]}", &payload));
    CU_ASSERT_PTR_NULL(payload.rounds);
    CU_ASSERT_EQUAL(payload.dims, 1);
    CU_ASSERT_TRUE(reads(PAYLOAD_UPDATE,
                         "{\"embeddings\":[null,\"AACAPw==\",null,null,null],"
                         "\"ids\":[\"a\",\"b\",\"a\",\"c\",\"a\"]}",
                         &payload));
    CU_ASSERT_STRING_EQUAL(payload.rounds, "{0,0,1,0,2}");
    arena_free(arena);
}

static void
test_kinds(void)
{
    struct payload payload;

    arena = arena_new(4096);
    CU_ASSERT_TRUE(reads(PAYLOAD_ADD,
                         "{\"ids\":[\"a\",\"b\"],\"embeddings\":[[1],[2]],\"metadatas\":["
                         "{\"x\":1,\"y\":[\"s\"]},{\"x\":0.5,\"z\":null}]}",
                         &payload));
    CU_ASSERT_STRING_EQUAL(typed_keys(&payload.typed, arena),
                           "{\"x\":[\"int\",\"float\"],\"y\":[\"string\"]}");
    CU_ASSERT_TRUE(reads(PAYLOAD_ADD, "{\"ids\":[],\"embeddings\":[]}", &payload));
    CU_ASSERT_PTR_NULL(typed_keys(&payload.typed, arena));
    arena_free(arena);
}

/* Every length and every digit, against a plain encoder. */
static void
test_base64(void)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char bytes[4 * 64], floats[sizeof bytes];
    char text[400];

    for (size_t dims = 1; dims <= 64; dims++) {
        size_t len = 0, found = 0;

        for (size_t i = 0; i < 4 * dims; i++) /* an exponent of ones does not come up */
            bytes[i] = (unsigned char)(i % 4 == 3 ? 0x3F : i * 37 + dims);
        for (size_t i = 0; i < 4 * dims; i += 3) {
            size_t have = 4 * dims - i < 3 ? 4 * dims - i : 3;
            unsigned word = (unsigned)bytes[i] << 16;

            word |= have > 1 ? (unsigned)bytes[i + 1] << 8 : 0;
            word |= have > 2 ? bytes[i + 2] : 0;
            for (size_t k = 0; k < 4; k++)
                text[len++] = (char)(k <= have ? digits[word >> (18 - 6 * k) & 63] : '=');
        }
        memset(&err, 0, sizeof err);
        CU_ASSERT_TRUE(vector64_dims((struct str){text, len}, &found, &err));
        CU_ASSERT_EQUAL(found, dims);
        CU_ASSERT_TRUE(vector64_read((struct str){text, len}, 0, floats, &err));
        for (size_t i = 0; i < 4 * dims; i++)
            CU_ASSERT_EQUAL(floats[i], bytes[i / 4 * 4 + 3 - i % 4]);
    }
}

static void
test_base64_refused(void)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"!!!!", "Invalid base64 string: Invalid symbol 33, offset 0."},
        {"AAA=AAAA", "Invalid base64 string: Invalid symbol 61, offset 3."},
        {"AACA!w==", "Invalid base64 string: Invalid symbol 33, offset 4."},
        {"AAAAAA", "Invalid base64 string: Invalid padding"},
        {"AAAAA", "Invalid base64 string: Invalid input length: 5"},
        {"YWJj", "Invalid byte length: 3 bytes cannot be converted to f32 values (must be "
                 "divisible by 4)"},
        {"AADAfw==", "Non-finite float value at embedding index 3: NaN"},
        {"AACAfw==", "Non-finite float value at embedding index 3: inf"},
        {"AACA/w==", "Non-finite float value at embedding index 3: -inf"},
    };
    unsigned char floats[16];
    size_t dims;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str text = str_of(cases[i].text);

        memset(&err, 0, sizeof err);
        CU_ASSERT_FALSE(vector64_dims(text, &dims, &err) &&
                        vector64_read(text, 3, floats, &err));
        CU_ASSERT_STRING_EQUAL(err.text, cases[i].says);
        CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
    }
}

static void
test_names(void)
{
    struct names names;
    bool is_new;

    arena = arena_new(4096);
    names_start(&names, arena);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 3000; i++) {
            struct str name = str_of(str_format(arena, "name of number %zu", i));

            CU_ASSERT_EQUAL(names_put(&names, name, &is_new), i);
            CU_ASSERT_EQUAL(is_new, round == 0);
        }
    }
    CU_ASSERT_EQUAL(names_put(&names, STR(""), &is_new), 3000);
    arena_free(arena);
}

SUITE("payload", {"metadata keeps the types of its values", test_metadata},
      {"what metadata cannot be is refused", test_metadata_refused},
      {"repeated ids are rounds", test_rounds}, {"kinds of values are noted", test_kinds},
      {"base64 of any length is decoded", test_base64},
      {"what is no embedding in base64 is refused", test_base64_refused},
      {"a name has one number", test_names});
