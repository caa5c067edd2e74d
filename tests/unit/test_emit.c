/*
 * emit: JSON as it leaves.
 */
#include "base/emit.h"

#include "suite.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void
test_structure(void)
{
    struct arena *arena = arena_new(256);
    struct buf buf;
    struct emit emit;

    buf_start(&buf, arena, 16);
    emit_start(&emit, &buf);
    emit_object(&emit, NULL);
    emit_text(&emit, "a", "x");
    emit_array(&emit, "b");
    emit_long(&emit, NULL, -3);
    emit_bool(&emit, NULL, true);
    emit_null(&emit, NULL);
    emit_object(&emit, NULL);
    emit_object_end(&emit);
    emit_array(&emit, NULL);
    emit_array_end(&emit);
    emit_array_end(&emit);
    emit_raw(&emit, "c", "{\"d\":[1]}");
    emit_raw(&emit, "e", NULL);
    emit_text(&emit, "f", NULL);
    emit_str(&emit, "g\"", (struct str){"xyz", 2});
    emit_object_end(&emit);
    CU_ASSERT_STRING_EQUAL(buf.data,
                           "{\"a\":\"x\",\"b\":[-3,true,null,{},[]],\"c\":{\"d\":[1]},"
                           "\"e\":null,\"f\":null,\"g\\\"\":\"xy\"}");
    arena_free(arena);
}

static void
test_escapes(void)
{
    struct arena *arena = arena_new(256);
    struct buf buf;
    static const char raw[] = "\"\\\b\f\n\r\t\x01\x1f\x7f\0/\xC3\xA6\xED\xA0\x80\xFFz";

    buf_start(&buf, arena, 16);
    emit_escape(&buf, raw, sizeof raw - 1);
    CU_ASSERT_STRING_EQUAL(buf.data, "\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\\u0000/\xC3\xA6"
                                     "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz");
    arena_free(arena);
}

static const char *
written(struct arena *arena, double value)
{
    struct buf buf;
    struct emit emit;

    buf_start(&buf, arena, 16);
    emit_start(&emit, &buf);
    emit_double(&emit, NULL, value);
    return buf.data;
}

static void
test_doubles(void)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0.0"},
        {-0.0, "-0.0"},
        {1, "1.0"},
        {0.1, "0.1"},
        {1e300, "1e300"},
        {-27, "-27.0"},
        {1.0 / 3, "0.3333333333333333"},
        {NAN, "null"},
        {INFINITY, "null"},
        {5e-324, "5e-324"},
    };
    struct arena *arena = arena_new(1 << 16);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CU_ASSERT_STRING_EQUAL(written(arena, cases[i].value), cases[i].text);
    arena_free(arena);
}

static void
test_doubles_read_back(void)
{
    struct arena *arena = arena_new(1 << 16);
    uint64_t bits = 88172645463325252u;
    bool same = true;

    for (int i = 0; i < 20000; i++) {
        double value;

        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value))
            same = same && strtod(written(arena, value), NULL) == value;
    }
    CU_ASSERT(same);
    CU_ASSERT_EQUAL(strtod(written(arena, DBL_MAX), NULL), DBL_MAX);
    arena_free(arena);
}

SUITE("emit", {"commas and names stand where they belong", test_structure},
      {"text is escaped and bad bytes are replaced", test_escapes},
      {"doubles are short and never NaN", test_doubles},
      {"any double reads back the same", test_doubles_read_back});
