/*
 * test_digits: numbers as the shortest decimal text that reads back the same.
 */
#include "base/digits.h"

#include "suite.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
test_long(void)
{
    static const long table[] = {0, 1, -1, 9, 10, -10, 1234567890, LONG_MAX, LONG_MIN};

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char text[DIGITS_ROOM], expected[DIGITS_ROOM];

        snprintf(expected, sizeof expected, "%ld", table[i]);
        CU_ASSERT_EQUAL(digits_long(text, table[i]), strlen(expected));
        CU_ASSERT_STRING_EQUAL(text, expected);
    }
}

static void
test_pad(void)
{
    char text[] = "........";

    digits_pad(text + 1, 42, 5);
    CU_ASSERT_STRING_EQUAL(text, ".00042..");
}

static void
test_known(void)
{
    static const struct {
        float value;
        const char *text;
    } table[] = {
        {0.0F, "0.0"},
        {-0.0F, "-0.0"},
        {1.0F, "1.0"},
        {-27.0F, "-27.0"},
        {0.1F, "0.1"},
        {0.009999999F, "0.009999999"},
        {0.99999994F, "0.99999994"},
        {16777216.0F, "16777216.0"},
        {1e-5F, "0.00001"},
        {1.25e-7F, "1.25e-7"},
        {1e12F, "1000000000000.0"},
        {1e13F, "1e13"},
        {FLT_MAX, "3.4028235e38"},
        {FLT_MIN, "1.1754944e-38"},
        {1e-45F, "1e-45"},
        {123456.789F, "123456.79"},
        {33554432.0F, "33554432.0"},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char text[DIGITS_ROOM];

        CU_ASSERT_EQUAL(digits_float(text, table[i].value), strlen(table[i].text));
        CU_ASSERT_STRING_EQUAL(text, table[i].text);
    }
}

/* The fewest digits by trying printf with ever more. */
static int
fewest(float value)
{
    char text[DIGITS_ROOM];
    int digits = 0;

    do
        snprintf(text, sizeof text, "%.*e", digits++, (double)value);
    while (strtof(text, NULL) != value);
    return digits;
}

static int
significant(const char *text)
{
    char kept[DIGITS_ROOM];
    size_t count = 0;

    for (; *text != '\0' && *text != 'e'; text++)
        if (*text >= '0' && *text <= '9' && (count > 0 || *text != '0'))
            kept[count++] = *text;
    while (count > 0 && kept[count - 1] == '0')
        count--;
    return (int)count;
}

static void
test_floats_read_back(void)
{
    uint64_t state = 88172645463325252U;
    unsigned long wrong = 0, longer = 0;

    for (int i = 0; i < 200000; i++) {
        uint32_t bits;
        char text[DIGITS_ROOM];
        float value;

        state ^= state << 13, state ^= state >> 7, state ^= state << 17; /* xorshift64 */
        /* Every second one near 1, where distances and embeddings are. */
        bits = (uint32_t)state;
        if (i % 2 == 0)
            bits = (bits & 0x83FFFFFFU) | 0x3C000000U;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        digits_float(text, value);
        wrong += strtof(text, NULL) != value;
        longer += significant(text) > fewest(value) && value != 0;
    }
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(longer, 0);
}

static void
test_doubles(void)
{
    static const struct {
        double value;
        const char *text;
    } table[] = {
        {0.0, "0.0"},
        {2.0, "2.0"},
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {1e15, "1000000000000000.0"},
        {1e16, "1e16"},
        {1e300, "1e300"},
        {-5e-324, "-5e-324"},
        {DBL_MAX, "1.7976931348623157e308"},
        {0.1 + 0.2, "0.30000000000000004"},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char text[DIGITS_ROOM];

        digits_double(text, table[i].value);
        CU_ASSERT_STRING_EQUAL(text, table[i].text);
    }
}

SUITE("digits", {"whole numbers to both ends", test_long},
      {"leading zeros fill a width", test_pad},
      {"floats keep their fraction type and turn to exponents where they must", test_known},
      {"any float reads back the same, in the fewest digits", test_floats_read_back},
      {"doubles too", test_doubles});
