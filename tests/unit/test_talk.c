/*
 * test_talk: what stands in the state of a call, once it is opened, and the levels of the log.
 */
#include "mcp/talk.h"

#include "suite.h"

#define NONCE "00000000-0000-4000-8000-000000000001"

static void
test_right(void)
{
    struct talk talk = {.level = 0};

    CU_ASSERT_TRUE(round_parse(STR("1000 " NONCE " kept\0 so"), 999, &talk));
    CU_ASSERT_TRUE(str_same(talk.turn.state, STR("kept\0 so")));
    CU_ASSERT_STRING_EQUAL(talk.nonce, NONCE);
    CU_ASSERT_EQUAL(talk.expires, 1000);
    CU_ASSERT_TRUE(round_parse(STR("1000 " NONCE " "), 999, &talk));
    CU_ASSERT_PTR_NOT_NULL(talk.turn.state.at);
    CU_ASSERT_EQUAL(talk.turn.state.len, 0);
}

static void
test_wrong(void)
{
    static const char *const table[] = {
        "",       "1000", "1000 " NONCE, "x " NONCE " ", "99 " NONCE " ", "1000 " NONCE "x ",
        "1000 0 "};
    struct talk talk = {.level = 0};

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        CU_ASSERT_FALSE(round_parse(str_of(table[i]), 99, &talk));
    CU_ASSERT_STRING_EQUAL(talk.nonce, "");
}

static void
test_levels(void)
{
    CU_ASSERT_EQUAL(tell_level(STR("debug")), 0);
    CU_ASSERT_EQUAL(tell_level(STR("emergency")), 7);
    CU_ASSERT_EQUAL(tell_level(STR("Info")), -1);
    CU_ASSERT_EQUAL(tell_level((struct str){NULL, 0}), -1);
    CU_ASSERT_TRUE(tell_level(STR("notice")) < tell_level(STR("warning")));
}

SUITE("talk", {"end, nonce and what was kept are read", test_right},
      {"anything else is none, nor one that has expired", test_wrong},
      {"the levels are those of RFC 5424, in their order", test_levels});
