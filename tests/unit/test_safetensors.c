/*
 * safetensors: what a header may say, and what it may not.
 */
#include "embed/safetensors.h"

#include "base/buf.h"
#include "suite.h"

#include <math.h>
#include <string.h>

static struct str
file_of(struct arena *arena, const char *header, const void *data, size_t len)
{
    struct buf file;

    buf_start(&file, arena, 256);
    for (size_t i = 0; i < 8; i++)
        buf_byte(&file, (char)(strlen(header) >> (8 * i) & 255));
    buf_text(&file, header);
    buf_add(&file, data, len);
    return (struct str){file.data, file.len};
}

static void
test_refusals(void)
{
    static const struct {
        const char *header, *says;
    } rows[] = {
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}", "the tensors"},
        {"[1]", "not a safetensors"},
        {"{\"a\":3}", "unknown dtype"},
        {"{\"a\":{\"dtype\":\"F31\",\"shape\":[2],\"data_offsets\":[0,8]}}", "unknown dtype"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}", "shape"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}", "shape"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}}",
         "shape"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,2],\"data_offsets\":[0,8]}}",
         "shape"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", "data_offsets"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}", "data_offsets"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}", "past the end"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}",
         "its shape needs 4"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", "end before"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "hole"},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
         "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
         "overlaps"},
    };
    struct arena *arena = arena_new(4096);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err err = {.kind = ERR_NONE};
        struct safetensors *tensors;

        CU_ASSERT_FALSE(safetensors_parse(arena, file_of(arena, rows[i].header, "12345678", 8),
                                          &tensors, &err));
        CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
        if (strstr(err.text, rows[i].says) == NULL)
            (void)fprintf(stderr, "wanted \"%s\" in: %s\n", rows[i].says, err.text);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.text, rows[i].says));
    }
    arena_free(arena);
}

static void
test_cut_anywhere(void)
{
    struct arena *arena = arena_new(4096);
    struct str file =
        file_of(arena, "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
                "12345678", 8);

    for (size_t len = 0; len < file.len; len++) {
        struct err err = {.kind = ERR_NONE};
        struct safetensors *tensors;

        CU_ASSERT_FALSE(safetensors_parse(arena, (struct str){file.at, len}, &tensors, &err));
        CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
    }
    arena_free(arena);
}

static void
test_number_types(void)
{
    /* 1, -2, smallest subnormal, infinity as F16; 1, -2 as BF16; 0.5 as F32 at an odd place */
    static const char data[] =
        "x\x00\x3c\x00\xc0\x01\x00\x00\x7c\x80\x3f\x00\xc0\x00\x00\x00\x3f";
    struct arena *arena = arena_new(4096);
    struct err err = {.kind = ERR_NONE};
    struct safetensors *tensors;
    const float *f;

    CU_ASSERT(safetensors_parse(
        arena,
        file_of(arena,
                "{\"__metadata__\":{},\"f\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":["
                "13,17]},"
                "\"b\":{\"dtype\":\"BF16\",\"shape\":[1,2],\"data_offsets\":[9,13]},"
                "\"u\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                "\"h\":{\"dtype\":\"F16\",\"shape\":[2,2],\"data_offsets\":[1,9]}}",
                data, 17),
        &tensors, &err));
    CU_ASSERT(safetensors_floats(tensors, "h", 2, 2, &f, &err));
    CU_ASSERT(f[0] == 1 && f[1] == -2 && f[2] == 0x1p-24F && isinf(f[3]));
    CU_ASSERT(safetensors_floats(tensors, "b", 1, 2, &f, &err));
    CU_ASSERT(f[0] == 1 && f[1] == -2);
    CU_ASSERT(safetensors_floats(tensors, "f", 0, 1, &f, &err));
    CU_ASSERT(f[0] == 0.5F);
    CU_ASSERT(safetensors_has(tensors, "u") && !safetensors_has(tensors, "__metadata__"));
    CU_ASSERT_FALSE(safetensors_floats(tensors, "u", 0, 1, &f, &err));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "is U8"));
    err.kind = ERR_NONE;
    CU_ASSERT_FALSE(safetensors_floats(tensors, "nope", 0, 1, &f, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_MISSING);
    arena_free(arena);
}

SUITE("safetensors", {"a header that breaks a rule is refused in words", test_refusals},
      {"a file cut anywhere is refused", test_cut_anywhere},
      {"F32, F16 and BF16 are read at any place, others are named", test_number_types});
