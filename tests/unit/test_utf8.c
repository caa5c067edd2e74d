/*
 * utf8: what Postgres would take.
 */
#include "base/utf8.h"

#include "suite.h"

#include <string.h>

#define NO_BAD 999

static const struct {
    const char *text;
    size_t len;
    size_t bad; /* NO_BAD: valid */
} samples[] = {
    {"", 0, NO_BAD},
    {"plain text of more than eight bytes", 35, NO_BAD},
    {"\xC2\x80\xDF\xBF", 4, NO_BAD},
    {"\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF", 12, NO_BAD},
    {"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", 8, NO_BAD},
    {"12345678\0", 9, 8},
    {"1234567\0", 8, 7},
    {"a\x80", 2, 1},             /* continuation alone */
    {"a\xC0\x80", 3, 1},         /* overlong NUL */
    {"a\xC1\xBF", 3, 1},         /* overlong */
    {"\xE0\x9F\xBF", 3, 0},      /* overlong */
    {"\xED\xA0\x80", 3, 0},      /* surrogate */
    {"\xF0\x8F\xBF\xBF", 4, 0},  /* overlong */
    {"\xF4\x90\x80\x80", 4, 0},  /* beyond U+10FFFF */
    {"\xF5\x80\x80\x80", 4, 0},  /* no such first byte */
    {"12345678\xE2\x82", 10, 8}, /* cut off */
    {"\xE2\x28\xA1", 3, 0},      /* ASCII inside a sequence */
    {"\xF0\x9F\x98\x28", 4, 0},  /* ASCII inside a sequence */
    {"12345678901\xFF"
     "1234",
     16, 11},
};

static void
test_valid(void)
{
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        size_t bad = NO_BAD;

        CU_ASSERT_EQUAL(utf8_valid(samples[i].text, samples[i].len, &bad),
                        samples[i].bad == NO_BAD);
        CU_ASSERT_EQUAL(bad, samples[i].bad);
    }
}

static void
test_round_trip(void)
{
    bool same = true;

    for (uint32_t point = 1; point <= 0x10FFFF; point++) {
        char text[4];
        size_t bad, len;
        const char *at = text;

        if (point == 0xD800)
            point = 0xE000;
        len = utf8_put(text, point);
        same = same && utf8_valid(text, len, &bad) && utf8_next(&at, text + len) == point &&
               at == text + len;
    }
    CU_ASSERT(same);
}

static void
test_bad_bytes(void)
{
    const char *text = "\xE2\x82z", *at = text, *end = text + 3;
    char put[4];

    CU_ASSERT_EQUAL(utf8_next(&at, end), 0xFFFD);
    CU_ASSERT_PTR_EQUAL(at, text + 1);
    CU_ASSERT_EQUAL(utf8_next(&at, end), 0xFFFD);
    CU_ASSERT_EQUAL(utf8_next(&at, end), 'z');
    CU_ASSERT_PTR_EQUAL(at, end);
    CU_ASSERT_EQUAL(utf8_put(put, 0xD800), 3);
    CU_ASSERT_EQUAL(memcmp(put, "\xEF\xBF\xBD", 3), 0);
    CU_ASSERT_EQUAL(utf8_put(put, 0x110000), 3);
}

SUITE("utf8", {"exactly the well-formed texts without NUL are valid", test_valid},
      {"every code point survives writing and reading", test_round_trip},
      {"a bad byte is replaced and passed alone", test_bad_bytes});
