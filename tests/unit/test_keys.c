/*
 * keys: the form of an API key.
 */
#include "access/keys.h"

#include "base/digest.h"
#include "suite.h"

#include <string.h>

static void
test_new(void)
{
    char one[KEYS_TEXT], two[KEYS_TEXT];
    unsigned char hash[32];
    struct key key, again;

    keys_new(one, &key);
    keys_new(two, &again);
    CU_ASSERT_EQUAL(strlen(one), 3 + 8 + 1 + 43);
    CU_ASSERT_STRING_NOT_EQUAL(one, two);
    CU_ASSERT(memcmp(one + 3, key.id, 8) == 0 && key.id[8] == '\0');
    digest_sha256(one, strlen(one), hash);
    CU_ASSERT(memcmp(hash, key.hash, sizeof hash) == 0);
    CU_ASSERT(keys_parse(str_of(one), &again));
    CU_ASSERT_STRING_EQUAL(again.id, key.id);
    CU_ASSERT(memcmp(again.hash, key.hash, sizeof hash) == 0);
}

static void
test_parse(void)
{
#define BODY "0123456789012345678901234567890123456789012"
    /* clang-format off */
    static const struct { const char *text; bool right; } rows[] = {
        {"kv_abcdEF12_" BODY,     true},
        {"kv_abcdEF12_" BODY "3", false},
        {"kv_abcdEF1_" BODY,      false},
        {"kx_abcdEF12_" BODY,     false},
        {"kv_abcdEF12-" BODY,     false},
        {"kv_abcd-F12_" BODY,     false},
        {"kv_abcd\xc3\xa6" "12_" BODY, false},
        {"",                      false},
    };
    /* clang-format on */
    struct key key;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_EQUAL(keys_parse(str_of(rows[i].text), &key), rows[i].right);
    CU_ASSERT_FALSE(keys_parse(str_of(NULL), &key));
}

SUITE("keys", {"a new key is long, new and matches what is stored of it", test_new},
      {"only the form of a key is taken for one", test_parse});
