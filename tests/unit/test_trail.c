/*
 * trail: how errors name a place in JSON.
 */
#include "base/trail.h"

#include "suite.h"

#include <string.h>

static void
test_writes(void)
{
    struct trail top = trail_top("where"), and = trail_member(&top, "$and");
    struct trail item = trail_item(&and, 1), name = trail_member(&item, "year");
    char text[TRAIL_TEXT];

    trail_write(&name, text);
    CU_ASSERT_STRING_EQUAL(text, "where.$and[1].year");
    CU_ASSERT_EQUAL(name.depth, 2);
    trail_write(&top, text);
    CU_ASSERT_STRING_EQUAL(text, "where");
}

static void
test_nameless_top(void)
{
    struct trail top = trail_top(""), list = trail_member(&top, "records");
    struct trail item = trail_item(&list, 0);
    char text[TRAIL_TEXT];

    trail_write(&item, text);
    CU_ASSERT_STRING_EQUAL(text, "records[0]");
    trail_write(&top, text);
    CU_ASSERT_STRING_EQUAL(text, "");
}

static void
test_long_ones_end(void)
{
    struct trail steps[300];
    char text[TRAIL_TEXT];

    steps[0] = trail_top("top");
    for (size_t i = 1; i < 300; i++)
        steps[i] = trail_member(&steps[i - 1], "a name of some length");
    trail_write(&steps[299], text);
    CU_ASSERT_EQUAL(strlen(text), TRAIL_TEXT - 1);
}

SUITE("trail", {"names and places stand one after the other", test_writes},
      {"a top without a name is not written", test_nameless_top},
      {"a long trail is cut, not overrun", test_long_ones_end});
