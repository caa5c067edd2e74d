/*
 * scan: requests are read strictly, exactly, and refused with a place and a reason.
 */
#include "base/scan.h"

#include "suite.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct arena *arena;
static struct scan scan;
static struct err err;

/* A copy without a NUL behind it, so that a sanitizer sees the first byte read too far. */
static struct scan *
begin_len(const char *text, size_t len)
{
    char *copy = malloc(len > 0 ? len : 1);

    memcpy(copy, text, len);
    memset(&err, 0, sizeof err);
    arena_defer(arena, free, copy);
    scan_start(&scan, copy, len, arena, &err);
    return &scan;
}

static struct scan *
begin(const char *text)
{
    return begin_len(text, strlen(text));
}

static bool
accepts_len(const char *text, size_t len)
{
    begin_len(text, len);
    return scan_skip(&scan) && scan_end(&scan);
}

static bool
accepts(const char *text)
{
    return accepts_len(text, strlen(text));
}

static void
test_grammar(void)
{
    static const char *const good[] = {
        "{}",
        "[]",
        " [ ] ",
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-0.0e-0",
        "1E+5",
        "\"\"",
        "[1,2.5,-3e2]",
        "{\"a\":{\"b\":[null,{}]},\"a\":1}",
        "\t\r\n[\n]\n",
        "\"\\u00e6\\n\"",
        "\"\\ud83d\\ude00\"",
        "\"\x7f\"",
        "123456789012345678901234567890",
    };
    static const char *const bad[] = {
        "",
        " ",
        "{",
        "[",
        "]",
        "{]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\" 1}",
        "nul",
        "nulL",
        "True",
        "tru",
        "falsy",
        "01",
        "-",
        "-a",
        "+1",
        "1.",
        ".5",
        "1.e3",
        "1e",
        "1e+",
        "0x10",
        "NaN",
        "Infinity",
        "1 2",
        "[]]",
        "\"",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\x01\"",
        "\"\n\"",
        "\"\xff\"",
        "\"\xc3\"",
        "\"\xed\xa0\x80\"",
        "/**/1",
        "\xef\xbb\xbf{}",
        "00",
        "-01",
        "[1],",
        "{\"a\":1 \"b\":2}",
        "\f1",
        "\"a\" \"b\"",
    };

    arena = arena_new(4096);
    for (size_t i = 0; i < COUNT(good); i++) {
        CU_ASSERT(accepts(good[i]));
        CU_ASSERT_EQUAL(err.kind, ERR_NONE);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        CU_ASSERT_FALSE(accepts(bad[i]));
        CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
    }
    arena_free(arena);
}

static void
test_strings(void)
{
    static const struct {
        const char *json, *text;
    } cases[] = {
        {"\"\"", ""},
        {"\"plain\"", "plain"},
        {"\"a\\\"b\\\\c\\/d\\b\\f\\n\\r\\t\"", "a\"b\\c/d\b\f\n\r\t"},
        {"\"\\u0041\\u00e6\\u20AC\\ud83d\\ude00!\"", "A\xC3\xA6\xE2\x82\xAC\xF0\x9F\x98\x80!"},
        {"\"\xC3\xA6\xE2\x82\xAC long enough for a stride\\n\"",
         "\xC3\xA6\xE2\x82\xAC long enough for a stride\n"},
    };

    arena = arena_new(4096);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct str text = STR("unset");

        CU_ASSERT(scan_string(begin(cases[i].json), &text) && scan_end(&scan));
        CU_ASSERT(str_is(text, cases[i].text));
    }
    arena_free(arena);
}

static void
test_string_refusals(void)
{
    static const struct {
        const char *json, *says;
    } cases[] = {
        {"\"a\\u0000\"",
         "invalid JSON at line 1, column 5: a string holds the character U+0000"},
        {"\"\\ud83d\"", "invalid JSON at line 1, column 4: a surrogate stands alone"},
        {"\"\\ude00\\ud83d\"", "invalid JSON at line 1, column 4: a surrogate stands alone"},
        {"\"\\ud83d\\u0041\"", "invalid JSON at line 1, column 4: a surrogate stands alone"},
        {"\"\\ud83dx\"", "invalid JSON at line 1, column 4: a surrogate stands alone"},
        {"\"\xC3\xA6\xFF\"", "invalid JSON at line 1, column 3: the text is not valid UTF-8"},
        {"\"a\tb\"",
         "invalid JSON at line 1, column 3: a control character in a string must be escaped"},
        {"\"\\q\"", "invalid JSON at line 1, column 2: no such escape"},
        {"\"\\u00zz\"", "invalid JSON at line 1, column 6: \\u needs four hexadecimal digits"},
        {"\"open", "invalid JSON at line 1, column 6: the text ends inside a string"},
    };

    arena = arena_new(4096);
    for (size_t i = 0; i < COUNT(cases); i++) {
        CU_ASSERT_FALSE(accepts(cases[i].json));
        CU_ASSERT_STRING_EQUAL(err.text, cases[i].says);
    }
    CU_ASSERT_FALSE(accepts_len("\"a\0b\"", 5));
    CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
    arena_free(arena);
}

/* {"records":[{"text":T}], "k":K}, as a handler would read it. */
static bool
read_request(const char *json, struct str *text, long *k)
{
    struct str name, inner;

    begin(json);
    for (scan_object(&scan); scan_member(&scan, &name);) {
        if (str_is(name, "k")) {
            scan_long(&scan, 1, 1000, k);
        } else if (str_is(name, "records")) {
            for (scan_array(&scan); scan_item(&scan);)
                for (scan_object(&scan); scan_member(&scan, &inner);)
                    if (str_is(inner, "text"))
                        scan_string(&scan, text);
                    else
                        scan_skip(&scan);
        } else {
            scan_skip(&scan);
        }
    }
    return scan_end(&scan);
}

static const char request[] =
    "{\"x\":[{\"y\":[1,{\"z\":null}]}],\n \"records\":[{\"text\":\"a\",\"u\":{}},\n"
    "  {\"text\":\"\\u00e6\"}], \"k\":7, \"last\":true}";

static void
test_reads_a_request(void)
{
    struct str text = {NULL, 0};
    long k = 0;

    arena = arena_new(4096);
    CU_ASSERT(read_request(request, &text, &k));
    CU_ASSERT_EQUAL(k, 7);
    CU_ASSERT(str_is(text, "\xC3\xA6"));
    arena_free(arena);
}

static void
test_truncated_anywhere(void)
{
    char cut[sizeof request];
    struct str text;
    long k;

    arena = arena_new(1 << 16);
    for (size_t len = 0; len < sizeof request - 1; len++) {
        memcpy(cut, request, len);
        cut[len] = '\0';
        CU_ASSERT_FALSE(read_request(cut, &text, &k));
        CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
    }
    arena_free(arena);
}

static void
test_shape_errors(void)
{
    static const struct {
        const char *json, *says;
    } cases[] = {
        {"{\"records\":[{},{},{},{\"text\":5}]}", "records[3].text must be a string"},
        {"{\"records\":{}}", "records must be an array"},
        {"{\"records\":[1]}", "records[0] must be an object"},
        {"[]", "the body must be an object"},
        {"{\"k\":0}", "k must be a whole number from 1 to 1000"},
        {"{\"k\":1001}", "k must be a whole number from 1 to 1000"},
        {"{\"k\":1.0}", "k must be a whole number from 1 to 1000"},
        {"{\"k\":1e2}", "k must be a whole number from 1 to 1000"},
        {"{\"k\":99999999999999999999}", "k must be a whole number from 1 to 1000"},
        {"{\"k\":\"5\"}", "k must be a number"},
        {"{\"k\":null}", "k must be a number"},
    };
    struct str text;
    long k;

    arena = arena_new(4096);
    for (size_t i = 0; i < COUNT(cases); i++) {
        CU_ASSERT_FALSE(read_request(cases[i].json, &text, &k));
        CU_ASSERT_EQUAL(err.kind, ERR_SHAPE);
        CU_ASSERT_STRING_EQUAL(err.text, cases[i].says);
    }
    arena_free(arena);
}

static void
test_long_paths(void)
{
    char json[9000];
    size_t used = 0;
    struct str name;

    arena = arena_new(4096);
    for (int i = 0; i < 60; i++)
        used += (size_t)sprintf(json + used, "{\"%0*d\":", 100, i);
    begin_len(json, used);
    for (int i = 0; i < 60; i++)
        CU_ASSERT(scan_object(&scan) && scan_member(&scan, &name));
    CU_ASSERT_FALSE(scan_refuse(&scan, ERR_SHAPE, "must be %s", "short"));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.text, " must be short"));
    arena_free(arena);
}

static void
test_positions(void)
{
    arena = arena_new(4096);
    CU_ASSERT_FALSE(accepts("{\"a\":1,\n  \"\xC3\xA6\": x}"));
    CU_ASSERT_STRING_EQUAL(err.text, "invalid JSON at line 2, column 8: a value is expected");
    CU_ASSERT_FALSE(accepts("[1, 2"));
    CU_ASSERT_STRING_EQUAL(err.text,
                           "invalid JSON at line 1, column 6: ',' or ']' is expected");
    CU_ASSERT_FALSE(accepts("{} {}"));
    CU_ASSERT_STRING_EQUAL(err.text,
                           "invalid JSON at line 1, column 4: nothing may follow the value");
    arena_free(arena);
}

static void
test_depth(void)
{
    char json[200001];

    arena = arena_new(1 << 20);
    memset(json, '[', SCAN_DEPTH);
    memset(json + SCAN_DEPTH, ']', SCAN_DEPTH);
    CU_ASSERT(accepts_len(json, 2 * SCAN_DEPTH));
    memset(json, '[', 200000);
    CU_ASSERT_FALSE(accepts_len(json, 200000));
    CU_ASSERT_STRING_EQUAL(err.text, "invalid JSON at line 1, column 65: nested too deeply");
    for (size_t i = 0; i + 5 <= 200000; i += 5)
        memcpy(json + i, "{\"\":", 5);
    CU_ASSERT_FALSE(accepts_len(json, 200000));
    arena_free(arena);
}

static void
test_after_an_error(void)
{
    struct str text;
    size_t count;
    bool flag;
    double d;
    long n;

    arena = arena_new(4096);
    CU_ASSERT_FALSE(scan_bool(begin("1"), &flag));
    CU_ASSERT_EQUAL(scan_peek(&scan), SCAN_BAD);
    CU_ASSERT_FALSE(scan_long(&scan, 0, 9, &n));
    CU_ASSERT_FALSE(scan_double(&scan, &d));
    CU_ASSERT_FALSE(scan_string(&scan, &text));
    CU_ASSERT_FALSE(scan_object(&scan) || scan_array(&scan));
    CU_ASSERT_FALSE(scan_member(&scan, &text) || scan_item(&scan));
    CU_ASSERT_FALSE(scan_null(&scan) || scan_skip(&scan) || scan_raw(&scan, &text));
    CU_ASSERT_FALSE(scan_floats(&scan, NULL, &count));
    CU_ASSERT_FALSE(scan_end(&scan));
    CU_ASSERT_STRING_EQUAL(err.text, "the body must be true or false");
    arena_free(arena);
}

static void
test_raw_null_bool(void)
{
    struct str json;
    bool flag = false;

    arena = arena_new(4096);
    begin(" [ null , {\"a\" : [1, \"]\"]} , true,null ]");
    CU_ASSERT(scan_array(&scan) && scan_item(&scan));
    CU_ASSERT_EQUAL(scan_peek(&scan), SCAN_NULL);
    CU_ASSERT(scan_null(&scan) && scan_item(&scan));
    CU_ASSERT_FALSE(scan_null(&scan));
    CU_ASSERT(scan_raw(&scan, &json));
    CU_ASSERT(str_is(json, "{\"a\" : [1, \"]\"]}"));
    CU_ASSERT(scan_item(&scan) && scan_bool(&scan, &flag) && flag);
    CU_ASSERT(scan_item(&scan) && scan_null(&scan) && !scan_item(&scan));
    CU_ASSERT(scan_end(&scan));
    arena_free(arena);
}

static void
test_whole_numbers(void)
{
    long n = 0;

    arena = arena_new(4096);
    CU_ASSERT(scan_long(begin("-9223372036854775808"), LONG_MIN, LONG_MAX, &n));
    CU_ASSERT_EQUAL(n, LONG_MIN);
    CU_ASSERT(scan_long(begin("9223372036854775807"), LONG_MIN, LONG_MAX, &n));
    CU_ASSERT_EQUAL(n, LONG_MAX);
    CU_ASSERT_FALSE(scan_long(begin("9223372036854775808"), LONG_MIN, LONG_MAX, &n));
    CU_ASSERT_STRING_EQUAL(err.text, "the body must be a whole number");
    CU_ASSERT_FALSE(scan_long(begin("-1"), 0, LONG_MAX, &n));
    CU_ASSERT_STRING_EQUAL(err.text, "the body must be a whole number, at least 0");
    arena_free(arena);
}

static void
test_doubles(void)
{
    static const char *const cases[] = {
        "0",
        "-0",
        "1",
        "0.1",
        "-2.5e-3",
        "1e22",
        "1e23",
        "9007199254740993",
        "5e-324",
        "1.7976931348623157e308",
        "2.2250738585072011e-308",
        "123456789012345678901234567890",
        "0.00000000000000000000000000000000000000000000000000000000000000012345",
        "1e-400",
        "1e-99999999999",
    };

    arena = arena_new(4096);
    for (size_t i = 0; i < COUNT(cases); i++) {
        double value = 77, expected = strtod(cases[i], NULL);

        CU_ASSERT(scan_double(begin(cases[i]), &value) && scan_end(&scan));
        CU_ASSERT_EQUAL(value, expected);
        CU_ASSERT_EQUAL(signbit(value), signbit(expected));
    }
    double value;

    CU_ASSERT_FALSE(scan_double(begin("1e309"), &value));
    CU_ASSERT_STRING_EQUAL(err.text, "the body is beyond the range of numbers");
    CU_ASSERT_FALSE(scan_double(begin("-1e99999999999999"), &value));
    arena_free(arena);
}

static uint64_t seed = 88172645463325252u;

static uint64_t
draw(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* The bits that scan_floats leaves for one number equal those of strtof. */
static bool
same_float(const char *number)
{
    char json[400];
    float expected = strtof(number, NULL);
    uint32_t bits;
    struct buf buf;
    size_t count;
    bool good;

    snprintf(json, sizeof json, "[%s]", number);
    memset(&err, 0, sizeof err);
    scan_start(&scan, json, strlen(json), arena, &err);
    buf_start(&buf, arena, 8);
    good = scan_floats(&scan, &buf, &count);
    if (!isfinite(expected))
        return !good && err.kind == ERR_SHAPE;
    memcpy(&bits, &expected, sizeof bits);
    return good && count == 1 && buf.len == 4 &&
           memcmp(buf.data,
                  (unsigned char[]){(unsigned char)(bits >> 24), (unsigned char)(bits >> 16),
                                    (unsigned char)(bits >> 8), (unsigned char)bits},
                  4) == 0;
}

static float
random_float(void)
{
    uint32_t bits = (uint32_t)draw();
    float value;

    memcpy(&value, &bits, sizeof value);
    return isfinite(value) ? value : 1.5f;
}

static void
test_random_floats(void)
{
    static const int digits[] = {6, 9, 17, 25};
    long wrong = 0;

    arena = arena_new(1 << 20);
    for (long i = 0; i < 150000; i++) {
        double value = (double)random_float();
        char text[200];

        if (i % 2 == 0) /* as embeddings are */
            value = ((double)draw() / (double)UINT64_MAX - 0.5) / (double)(1 + draw() % 100);
        if (i % 3 == 0)
            snprintf(text, sizeof text, "%.20f", value);
        else
            snprintf(text, sizeof text, "%.*g", digits[draw() % COUNT(digits)], value);
        wrong += !same_float(text);
        if (i % 1000 == 0)
            arena_reset(arena);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    arena_free(arena);
}

/* The middle between two floats, and the nearest texts above and below it. */
static void
test_middles(void)
{
    static const char *const tails[] = {"", "0", "00000000000000000001", "e0"};
    long wrong = 0;

    arena = arena_new(1 << 20);
    for (long i = 0; i < 30000; i++) {
        float value = random_float();
        double middle = ((double)value + (double)nextafterf(value, INFINITY)) / 2;
        char text[300];

        if (!isfinite(middle))
            continue;
        snprintf(text, sizeof text, "%.150f%s", middle, tails[i % 4]);
        wrong += !same_float(text);
        snprintf(text, sizeof text, "%.17g", middle);
        wrong += !same_float(text);
        snprintf(text, sizeof text, "%.17g", nextafter(middle, i % 2 ? INFINITY : -INFINITY));
        wrong += !same_float(text);
        if (i % 1000 == 0)
            arena_reset(arena);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    arena_free(arena);
}

static void
test_float_edges(void)
{
    static const char *const cases[] = {
        "0",
        "-0",
        "-0.0",
        "0e999",
        "1",
        "16777217",
        "16777219",
        "1e-45",
        "7e-46",
        "7.1e-46",
        "1.17549435e-38",
        "1.17549421e-38",
        "3.4028234663852886e38",
        "3.4028235677973366e38",
        "3.4028235677973362e38",
        "3.4028236e38",
        "1e39",
        "-1e39",
        "1e400",
        "1e-400",
        "0.1000000014901161193847656250",
        "0.10000000149011612",
        "8.5899345925e9",
        "9223372036854775807",
        "18446744073709551615",
        "18446744073709551616",
        "99999999999999999999",
        "10000000000000000000000",
        "1e10",
        "123456789e-40",
        "0.0000000000000000000000000000000000000000000000000000012e40",
    };

    arena = arena_new(4096);
    for (size_t i = 0; i < COUNT(cases); i++)
        CU_ASSERT(same_float(cases[i]));
    arena_free(arena);
}

static void
test_float_arrays(void)
{
    struct buf buf;
    size_t count = 9;

    arena = arena_new(4096);
    buf_start(&buf, arena, 4);
    buf_text(&buf, "ab");
    CU_ASSERT(scan_floats(begin("[ 1 , -2.5,3e0\n]"), &buf, &count) && scan_end(&scan));
    CU_ASSERT_EQUAL(count, 3);
    CU_ASSERT_EQUAL(buf.len, 14);
    CU_ASSERT_EQUAL(memcmp(buf.data, "ab\x3f\x80\0\0\xc0\x20\0\0\x40\x40\0\0", 14), 0);
    CU_ASSERT(scan_floats(begin("[]"), &buf, &count) && count == 0);
    CU_ASSERT_FALSE(scan_floats(begin("[1,null]"), &buf, &count));
    CU_ASSERT_STRING_EQUAL(err.text, "[1] must be a number");
    CU_ASSERT_FALSE(scan_floats(begin("[1,1e39]"), &buf, &count));
    CU_ASSERT_STRING_EQUAL(err.text, "[1] is beyond the range of 32-bit floats");
    CU_ASSERT_FALSE(scan_floats(begin("[1,,2]"), &buf, &count));
    CU_ASSERT_FALSE(scan_floats(begin("[NaN]"), &buf, &count));
    CU_ASSERT_FALSE(scan_floats(begin("7"), &buf, &count));
    CU_ASSERT_STRING_EQUAL(err.text, "the body must be an array");
    arena_free(arena);
}

SUITE("scan", {"exactly the grammar of RFC 8259 is accepted", test_grammar},
      {"strings are decoded", test_strings},
      {"strings that Postgres could not store are refused", test_string_refusals},
      {"a request is read as its handler says", test_reads_a_request},
      {"a text cut off anywhere is refused", test_truncated_anywhere},
      {"a wrong type is told with the path to it", test_shape_errors},
      {"long paths leave room for the reason", test_long_paths},
      {"a wrong text is told with line and column", test_positions},
      {"depth ends at the limit, however long the text", test_depth},
      {"after an error every call returns false", test_after_an_error},
      {"raw values, null and bool", test_raw_null_bool},
      {"whole numbers keep their range", test_whole_numbers},
      {"doubles are those of strtod", test_doubles},
      {"random floats are those of strtof", test_random_floats},
      {"floats near a middle are those of strtof", test_middles},
      {"the edges of float are those of strtof", test_float_edges},
      {"arrays of floats are appended big-endian", test_float_arrays});
