/*
 * test_clock: time that only goes forward, and time of day.
 */
#include "base/clock.h"

#include "suite.h"

#include <limits.h>

static void
test_forward(void)
{
    int64_t last = clock_us();

    for (int i = 0; i < 10000; i++) {
        int64_t now = clock_us();

        CU_ASSERT(now >= last);
        last = now;
    }
    CU_ASSERT(clock_wall() > INT64_C(1735689600000000)); /* 2025 has passed */
}

static void
test_text(void)
{
    static const struct {
        int64_t us;
        const char *text;
    } table[] = {
        {0, "1970-01-01T00:00:00.000000Z"},
        {INT64_C(1767323045678901), "2026-01-02T03:04:05.678901Z"},
        {INT64_C(1709251199999999), "2024-02-29T23:59:59.999999Z"},
        {-1, "1969-12-31T23:59:59.999999Z"},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char text[CLOCK_TEXT];

        clock_text(table[i].us, text);
        CU_ASSERT_STRING_EQUAL(text, table[i].text);
    }
}

static void
test_left(void)
{
    int64_t now = clock_us();

    CU_ASSERT_EQUAL(clock_left_ms(now - 1), 0);
    CU_ASSERT_EQUAL(clock_left_ms(INT64_MIN), 0);
    CU_ASSERT_EQUAL(clock_left_ms(INT64_MAX), INT_MAX);
    CU_ASSERT(clock_left_ms(now + 60000000) <= 60000);
    CU_ASSERT(clock_left_ms(now + 60000000) > 30000);
    CU_ASSERT(clock_left_ms(clock_us() + 999) <= 1);
}

SUITE("clock", {"time goes forward", test_forward},
      {"the text is RFC 3339 with six digits, also before 1970", test_text},
      {"what is left of a deadline fits poll()", test_left});
