/*
 * js: small JSON as a tree.
 */
#include "base/js.h"

#include "suite.h"

#include <limits.h>
#include <string.h>

static struct err err;

static struct json_object *
parse(struct arena *arena, const char *text)
{
    struct json_object *value = NULL;

    memset(&err, 0, sizeof err);
    return js_parse(arena, str_of(text), &value, &err) ? value : NULL;
}

static void
test_reads(void)
{
    struct arena *arena = arena_new(4096);
    struct json_object *tree = parse(arena, "{\"b\":true,\"a\":[1,2.5,\"x\\u00e6\",null,{}],"
                                            "\"n\":null,\"w\":2.0,\"u\":18446744073709551615}");
    struct json_object *a = js_find(tree, "a"), *value = NULL;

    CU_ASSERT_EQUAL(js_type(tree), JS_OBJECT);
    CU_ASSERT_EQUAL(js_count(tree), 5);
    CU_ASSERT_EQUAL(js_count(a), 5);
    CU_ASSERT_EQUAL(js_long(js_item(a, 0), 9), 1);
    CU_ASSERT_EQUAL(js_double(js_item(a, 0), 9), 1.0);
    CU_ASSERT_EQUAL(js_type(js_item(a, 1)), JS_DOUBLE);
    CU_ASSERT_EQUAL(js_double(js_item(a, 1), 9), 2.5);
    CU_ASSERT_EQUAL(js_long(js_item(a, 1), 9), 9);
    CU_ASSERT(str_is(js_str(js_item(a, 2)), "x\xC3\xA6"));
    CU_ASSERT_EQUAL(js_type(js_item(a, 3)), JS_NULL);
    CU_ASSERT_PTR_NULL(js_item(a, 5));
    CU_ASSERT_PTR_NULL(js_item(tree, 0));
    CU_ASSERT(js_bool(js_find(tree, "b"), false));
    CU_ASSERT(js_has(tree, "n") && js_find(tree, "n") == NULL && !js_has(tree, "z"));
    CU_ASSERT_EQUAL(js_long(js_find(tree, "w"), 9), 2);
    CU_ASSERT_EQUAL(js_type(js_find(tree, "u")), JS_DOUBLE);
    CU_ASSERT_EQUAL(js_long(js_find(tree, "u"), 9), 9);
    CU_ASSERT_EQUAL(js_double(js_find(tree, "u"), 9), 18446744073709551615.0);
    CU_ASSERT_STRING_EQUAL(js_member(tree, 1, &value), "a");
    CU_ASSERT_PTR_EQUAL(value, a);
    CU_ASSERT_PTR_NULL(js_member(tree, 5, &value));
    arena_free(arena);
}

static void
test_members_in_order(void)
{
    struct arena *arena = arena_new(4096);
    struct json_object *tree = parse(arena, "{\"z\":1,\"a\":2,\"m\":3}");
    long sum = 0;
    char names[4] = "";

    for (struct js_place at = {0}; js_next(tree, &at);) {
        strcat(names, at.name);
        sum = sum * 10 + js_long(at.value, 0);
    }
    CU_ASSERT_STRING_EQUAL(names, "zam");
    CU_ASSERT_EQUAL(sum, 123);
    struct js_place at = {0};

    CU_ASSERT_FALSE(js_next(js_find(tree, "z"), &at));
    CU_ASSERT_FALSE(js_next(parse(arena, "{}"), &at));
    arena_free(arena);
}

static void
test_otherwise(void)
{
    struct arena *arena = arena_new(4096);
    struct json_object *text = parse(arena, "\"5\"");

    CU_ASSERT_EQUAL(js_long(text, 7), 7);
    CU_ASSERT_EQUAL(js_double(text, 7), 7);
    CU_ASSERT(js_bool(text, true));
    CU_ASSERT_PTR_NULL(js_str(parse(arena, "5")).at);
    CU_ASSERT_PTR_NULL(js_find(text, "x"));
    CU_ASSERT_EQUAL(js_count(text), 0);
    CU_ASSERT_EQUAL(js_long(NULL, 7), 7);
    CU_ASSERT_EQUAL(js_type(NULL), JS_NULL);
    CU_ASSERT_EQUAL(js_long(parse(arena, "-9223372036854775808"), 7), LONG_MIN);
    CU_ASSERT_EQUAL(js_long(parse(arena, "1e300"), 7), 7);
    arena_free(arena);
}

static void
test_text(void)
{
    static const char *const same[] = {
        "{\"a\":[1,-2,2.50,1e-7,\"/\\\"\\\\\",null,true],\"b\":{}}",
        "7",
        "\"\xC3\xA6\"",
        "18446744073709551615",
        "null",
        "[]",
        "[-123456789012345678901234567890,1E5]",
        "{\"\":\"\"}",
    };
    struct arena *arena = arena_new(4096);

    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        CU_ASSERT_STRING_EQUAL(js_text(arena, parse(arena, same[i])), same[i]);
    arena_free(arena);
}

static void
test_refuses(void)
{
    static const char *const bad[] = {
        "",    "{",           "{}x",         "nul",      "NaN",     "-Infinity", "[1,]",
        "'a'", "\"\\u0000\"", "\"\\ud800\"", "\"\xFF\"", "/* */ 1", "01",
    };
    struct arena *arena = arena_new(4096);
    char deep[200] = "";

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CU_ASSERT_PTR_NULL(parse(arena, bad[i]));
        CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
    }
    CU_ASSERT_PTR_NULL(parse(arena, "[1e999]"));
    CU_ASSERT_EQUAL(err.kind, ERR_SHAPE);
    memset(deep, '[', 65);
    memset(deep + 65, ']', 65);
    CU_ASSERT_PTR_NULL(parse(arena, deep));
    memmove(deep, deep + 1, 128);
    deep[128] = '\0';
    CU_ASSERT_PTR_NOT_NULL(parse(arena, deep));
    CU_ASSERT_EQUAL(err.kind, ERR_NONE);
    arena_free(arena);
}

SUITE("js", {"values are found by name and place", test_reads},
      {"members come in the order of the text", test_members_in_order},
      {"another type gives the other value", test_otherwise},
      {"a tree is written as it was read", test_text},
      {"what is not strict JSON is refused", test_refuses});
