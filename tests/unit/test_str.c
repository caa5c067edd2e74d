/*
 * str: pieces of text.
 */
#include "base/str.h"

#include "suite.h"

#include <limits.h>
#include <string.h>

static void
test_compare(void)
{
    CU_ASSERT(str_is(STR("abc"), "abc"));
    CU_ASSERT_FALSE(str_is(STR("abc"), "ab"));
    CU_ASSERT_FALSE(str_is((struct str){NULL, 0}, ""));
    CU_ASSERT_FALSE(str_is(STR(""), NULL));
    CU_ASSERT(str_same((struct str){NULL, 0}, str_of(NULL)));
    CU_ASSERT_FALSE(str_same(STR("a\0b"), STR("a\0c")));
    CU_ASSERT(str_starts(STR("Bearer x"), "Bearer "));
    CU_ASSERT(str_starts(STR("x"), ""));
    CU_ASSERT_FALSE(str_starts(STR("Bear"), "Bearer"));
    CU_ASSERT_FALSE(str_starts((struct str){NULL, 0}, ""));
}

static void
test_trim(void)
{
    CU_ASSERT(str_is(str_trim(STR(" \t a b\r\n")), "a b"));
    CU_ASSERT(str_is(str_trim(STR("  ")), ""));
    CU_ASSERT(str_is(str_trim(STR("")), ""));
    CU_ASSERT(str_trim((struct str){NULL, 0}).at == NULL);
}

static void
test_copy_and_format(void)
{
    struct arena *arena = arena_new(64);

    CU_ASSERT_STRING_EQUAL(str_copy(arena, (struct str){"abcdef", 3}), "abc");
    CU_ASSERT_STRING_EQUAL(str_copy(arena, (struct str){NULL, 0}), "");
    CU_ASSERT_STRING_EQUAL(str_format(arena, "%03d|%s", 7, "x"), "007|x");
    arena_free(arena);
}

static void
test_to_long(void)
{
    static const struct {
        const char *text;
        bool good;
        long value;
    } cases[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"42", true, 42},
        {"0042", true, 42},
        {"9223372036854775807", true, LONG_MAX},
        {"-9223372036854775808", true, LONG_MIN},
        {"9223372036854775808", false, 0},
        {"-9223372036854775809", false, 0},
        {"99999999999999999999", false, 0},
        {"", false, 0},
        {"-", false, 0},
        {"+1", false, 0},
        {" 1", false, 0},
        {"1 ", false, 0},
        {"1x", false, 0},
        {"0x10", false, 0},
        {"1.0", false, 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        long value = 77;

        CU_ASSERT_EQUAL(str_to_long(str_of(cases[i].text), LONG_MIN, LONG_MAX, &value),
                        cases[i].good);
        CU_ASSERT_EQUAL(value, cases[i].good ? cases[i].value : 77);
    }
    long value = 77;

    CU_ASSERT_FALSE(str_to_long(STR("0"), 1, 9, &value));
    CU_ASSERT_FALSE(str_to_long(STR("10"), 1, 9, &value));
    CU_ASSERT_FALSE(str_to_long(str_of(NULL), 1, 9, &value));
    CU_ASSERT_EQUAL(value, 77);
    CU_ASSERT(str_to_long(STR("9"), 1, 9, &value) && value == 9);
}

static void
test_nearest(void)
{
    static const char *const names[] = {"limit", "query", "collection", "k"};
    char lengthy[500];

    CU_ASSERT_PTR_EQUAL(str_nearest("limt", names, 4), names[0]);
    CU_ASSERT_PTR_EQUAL(str_nearest("qeury", names, 4), names[1]);
    CU_ASSERT_PTR_EQUAL(str_nearest("collections", names, 4), names[2]);
    CU_ASSERT_PTR_NULL(str_nearest("zebra", names, 4));
    CU_ASSERT_PTR_NULL(str_nearest("", names, 4));
    CU_ASSERT_PTR_NULL(str_nearest("limit", names, 0));
    memset(lengthy, 'q', sizeof lengthy - 1);
    lengthy[sizeof lengthy - 1] = '\0';
    CU_ASSERT_PTR_NULL(str_nearest(lengthy, names, 4));
}

static void
test_words(void)
{
    struct str rest = STR("one two  rest of it"), word;

    CU_ASSERT_TRUE(str_word(&rest, &word));
    CU_ASSERT_TRUE(str_is(word, "one"));
    CU_ASSERT_TRUE(str_word(&rest, &word));
    CU_ASSERT_TRUE(str_is(word, "two"));
    CU_ASSERT_FALSE(str_word(&rest, &word)); /* two blanks */
    CU_ASSERT_TRUE(str_is(rest, " rest of it"));
    rest = STR("end");
    CU_ASSERT_FALSE(str_word(&rest, &word));
    rest = (struct str){NULL, 0};
    CU_ASSERT_FALSE(str_word(&rest, &word));
}

SUITE("str", {"words are parted by one blank", test_words},
      {"texts compare by bytes, the absent one only with itself", test_compare},
      {"blanks go from both ends", test_trim}, {"copies end in NUL", test_copy_and_format},
      {"only a whole decimal number in range is a number", test_to_long},
      {"the nearest name is found when one is near", test_nearest});
