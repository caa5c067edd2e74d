/*
 * test_base64: text of whole groups with right padding, and nothing else, is base64.
 */
#include "base/base64.h"

#include "suite.h"

static void
test_right(void)
{
    static const struct {
        const char *text, *bytes;
    } table[] = {{"", ""},        {"Zg==", "f"},        {"Zm8=", "fo"},
                 {"Zm9v", "foo"}, {"Zm9vYg==", "foob"}, {"w6kvKw==", "\303\251/+"}};
    struct arena *arena = arena_new(256);

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct str bytes;

        CU_ASSERT_TRUE(base64_decode(arena, str_of(table[i].text), &bytes));
        CU_ASSERT_TRUE(str_is(bytes, table[i].bytes));
        CU_ASSERT_STRING_EQUAL(base64_encode(arena, bytes), table[i].text);
    }
    arena_free(arena);
}

static void
test_wrong(void)
{
    static const char *const table[] = {"Z",    "Zg",    "Zg=",   "Zm9v=",    "=Zm9", "Zm=v",
                                        "Z===", "Zm 9v", "Zm9\n", "Zm9vYg=a", "Zm-_", "===="};
    struct arena *arena = arena_new(256);
    struct str bytes;

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        CU_ASSERT_FALSE(base64_decode(arena, str_of(table[i]), &bytes));
    CU_ASSERT_FALSE(base64_decode(arena, (struct str){"Zm\0v", 4}, &bytes));
    arena_free(arena);
}

static void
test_url(void)
{
    static const char *const wrong[] = {"Z", "Zg==", "w6kvKw", "Zm9v+", "Zm/_", "Zm 9", "Zh"};
    struct arena *arena = arena_new(256);
    struct str bytes;

    CU_ASSERT_STRING_EQUAL(base64_url(arena, "\303\277\376f", 4), "w7_-Zg");
    CU_ASSERT_TRUE(base64_url_decode(arena, STR("w7_-Zg"), &bytes));
    CU_ASSERT_TRUE(str_is(bytes, "\303\277\376f"));
    CU_ASSERT_STRING_EQUAL(base64_url(arena, "", 0), "");
    CU_ASSERT_TRUE(base64_url_decode(arena, STR(""), &bytes));
    CU_ASSERT_FALSE(base64_url_decode(arena, (struct str){NULL, 0}, &bytes));
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        CU_ASSERT_EQUAL(base64_url_decode(arena, str_of(wrong[i]), &bytes), i == 2);
    arena_free(arena);
}

SUITE("base64", {"the alphabet of URLs has one form for each text", test_url},
      {"bytes of every length come back", test_right},
      {"wrong length, padding or character is refused", test_wrong});
