/*
 * test_session: what stands in a session's id, once it is opened.
 */
#include "mcp/session.h"

#include "suite.h"

#define ID "00000000-0000-4000-8000-000000000001"

static void
test_right(void)
{
    struct session session;

    CU_ASSERT_TRUE(session_parse(STR("2025-06-18 5 1000 " ID), 999, &session));
    CU_ASSERT_STRING_EQUAL(session.version, "2025-06-18");
    CU_ASSERT_STRING_EQUAL(session.id, ID);
    CU_ASSERT_EQUAL(session.client, 5);
    CU_ASSERT_EQUAL(session.expires, 1000);
    CU_ASSERT_FALSE(session.entered);
}

static void
test_wrong(void)
{
    static const char *const table[] = {
        "",
        "2025-06-18",
        "2025-06-18 5 1000 ",
        "2024-01-01 5 1000 " ID,
        "2025-06-18 x 1000 " ID,
        "2025-06-18 5 1000 " ID " ",
        "2025-06-18 5 1000 " ID "0",
        "2025-06-18 5 1000 00000000-0000-4000-8000-00000000000",
        "2025-06-18 5 -1 " ID,
        "2025-06-18 5 99 " ID,
        "2025-06-18 5 1000 0000000000004000-8000-00000000-0001-",
        "2025-06-18 5 1000 " ID
        "                                                             "};
    struct session session;

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        CU_ASSERT_FALSE(session_parse(str_of(table[i]), 99, &session));
    CU_ASSERT_FALSE(session_parse(STR("2025-06-18 5 1000 " ID "\0"), 99, &session));
}

SUITE("session", {"version, capabilities, end and id are read", test_right},
      {"anything else is none, nor one that has expired", test_wrong});
