/*
 * test_seal: what was sealed opens whole, for its own purpose and by its own key alone.
 */
#include "base/seal.h"

#include "suite.h"

#include <string.h>

static const unsigned char key[SEAL_KEY] = "0123456789abcdef0123456789abcde";
static const unsigned char other[SEAL_KEY] = "0123456789abcdef0123456789abcdf";

static void
test_back(void)
{
    struct arena *arena = arena_new(4096);
    struct str text;
    char *one = seal_close(arena, key, STR("a"), STR("kept\0so"));
    char *two = seal_close(arena, key, STR("a"), STR("kept\0so"));

    CU_ASSERT_STRING_NOT_EQUAL(one, two);
    CU_ASSERT_TRUE(seal_open(arena, key, STR("a"), str_of(one), &text));
    CU_ASSERT_TRUE(str_same(text, STR("kept\0so")));
    CU_ASSERT_TRUE(seal_open(arena, key, STR("a"),
                             str_of(seal_close(arena, key, STR("a"), STR(""))), &text));
    CU_ASSERT_EQUAL(text.len, 0);
    arena_free(arena);
}

static void
test_other(void)
{
    struct arena *arena = arena_new(4096);
    char *sealed = seal_close(arena, key, STR("a"), STR("kept"));
    struct str text;

    CU_ASSERT_FALSE(seal_open(arena, other, STR("a"), str_of(sealed), &text));
    CU_ASSERT_FALSE(seal_open(arena, key, STR("b"), str_of(sealed), &text));
    CU_ASSERT_FALSE(seal_open(arena, key, STR("a"), STR(""), &text));
    CU_ASSERT_FALSE(seal_open(arena, key, STR("a"), (struct str){NULL, 0}, &text));
    CU_ASSERT_FALSE(seal_open(arena, key, STR("a"), STR("Zm9v"), &text));
    arena_free(arena);
}

/* Each character changed, and each end cut off. */
static void
test_tampered(void)
{
    struct arena *arena = arena_new(4096);
    char *sealed = seal_close(arena, key, STR("a"), STR("kept"));
    size_t len = strlen(sealed);
    struct str text;

    for (size_t i = 0; i < len; i++) {
        char was = sealed[i];

        sealed[i] = was == 'A' ? 'B' : 'A';
        CU_ASSERT_FALSE(seal_open(arena, key, STR("a"), str_of(sealed), &text));
        sealed[i] = was;
        CU_ASSERT_FALSE(seal_open(arena, key, STR("a"), (struct str){sealed, i}, &text));
    }
    CU_ASSERT_TRUE(seal_open(arena, key, STR("a"), str_of(sealed), &text));
    arena_free(arena);
}

SUITE("seal", {"what was sealed comes back, and looks different each time", test_back},
      {"another key or purpose opens nothing", test_other},
      {"no character can be changed or cut off", test_tampered});
