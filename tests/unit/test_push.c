/*
 * test_push: the ids of our requests to older clients, as they come back.
 */
#include "mcp/push.h"

#include "suite.h"

#define ROUND "00000000-0000-4000-8000-000000000001"

static void
test_right(void)
{
    char round[UUID_TEXT];
    long number;

    CU_ASSERT_TRUE(push_id(STR("\"" ROUND ".0\""), round, &number));
    CU_ASSERT_STRING_EQUAL(round, ROUND);
    CU_ASSERT_EQUAL(number, 0);
    CU_ASSERT_TRUE(push_id(STR("\"" ROUND ".12\""), round, &number));
    CU_ASSERT_EQUAL(number, 12);
}

static void
test_wrong(void)
{
    static const char *const table[] = {"",
                                        "7",
                                        "\"\"",
                                        "\"" ROUND "\"",
                                        "\"" ROUND ".\"",
                                        "\"" ROUND ".x\"",
                                        "\"" ROUND ".-1\"",
                                        "\"" ROUND ".+1\"",
                                        "\"" ROUND ".01\"",
                                        "\"" ROUND ".1 \"",
                                        "\"" ROUND ".1",
                                        ROUND ".1",
                                        "\"" ROUND ".99999999999\"",
                                        "\"" ROUND "-1\"",
                                        "\"x" ROUND ".1\""};
    char round[UUID_TEXT];
    long number;

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        CU_ASSERT_FALSE(push_id(str_of(table[i]), round, &number));
    CU_ASSERT_FALSE(push_id((struct str){NULL, 0}, round, &number));
}

SUITE("push", {"the round and the number are read", test_right},
      {"anything else is none of ours", test_wrong});
