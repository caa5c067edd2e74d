/*
 * test_uuid: identifiers that are new, and identifiers that are none.
 */
#include "base/uuid.h"

#include "suite.h"

#include <string.h>

static void
test_new(void)
{
    char a[UUID_TEXT], b[UUID_TEXT];

    uuid_new(a);
    for (int i = 0; i < 100; i++) {
        uuid_new(b);
        CU_ASSERT(uuid_is((struct str){b, strlen(b)}));
        CU_ASSERT_EQUAL(b[14], '4');
        CU_ASSERT_PTR_NOT_NULL(strchr("89ab", b[19]));
        CU_ASSERT_STRING_NOT_EQUAL(a, b);
    }
}

static void
test_is(void)
{
    static const struct {
        const char *text;
        bool is;
    } table[] = {
        {"00000000-0000-0000-0000-000000000000", true},
        {"6BA7B810-9dad-11d1-80B4-00c04fd430c8", true},
        {"6ba7b810-9dad-11d1-80b4-00c04fd430c", false},
        {"6ba7b810-9dad-11d1-80b4-00c04fd430c88", false},
        {"6ba7b8109-dad-11d1-80b4-00c04fd430c8", false},
        {"6ba7b810-9dad-11d1-80b4-00c04fd430cg", false},
        {"6ba7b810 9dad 11d1 80b4 00c04fd430c8", false},
        {"", false},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        CU_ASSERT_EQUAL(uuid_is((struct str){table[i].text, strlen(table[i].text)}),
                        table[i].is);
    CU_ASSERT_FALSE(uuid_is((struct str){NULL, 36}));
}

static void
test_random(void)
{
    unsigned char a[64] = {0}, b[64] = {0};

    uuid_random(a, sizeof a);
    uuid_random(b, sizeof b);
    CU_ASSERT(memcmp(a, b, sizeof a) != 0);
    uuid_random(a, 0);
}

SUITE("uuid", {"a new one is of version 4 and like no other", test_new},
      {"only 8-4-4-4-12 hexadecimal digits are one", test_is},
      {"random bytes differ from call to call", test_random});
