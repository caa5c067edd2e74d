/*
 * group: the best few of each group, worked out by hand.
 */
#include "chroma/group.h"

#include "suite.h"

#include <math.h>
#include <string.h>

/* Rows 0 to 6: two groups and a third of one; place 0 is a priority, place 1 a year. */
static const struct hit all[] = {
    {.row = 0, .score = 0.5F, .age = 10, .group = 1, .place = {2, 0}},
    {.row = 1, .score = 0.1F, .age = 11, .group = 1, .place = {1, 5}},
    {.row = 2, .score = 0.3F, .age = 12, .group = 2, .place = {GROUP_LACKS, 3}},
    {.row = 3, .score = 0.2F, .age = 13, .group = 2, .place = {4, GROUP_LACKS}},
    {.row = 4, .score = 0.4F, .age = 14, .group = 1, .place = {1, 7}},
    {.row = 5, .score = NAN, .age = 15, .group = 3, .place = {0, 0}},
    {.row = 6, .score = 0.2F, .age = 9, .group = 2, .place = {4, 1}},
};
#define COUNT (sizeof all / sizeof all[0])

static const struct {
    struct group_by by;
    const char *rows; /* of what is left, in order */
} worked[] = {
    {{.keys = 1, .by = {GROUP_SCORE}, .k = 1}, "165"},
    {{.keys = 1, .by = {GROUP_SCORE}, .k = 2}, "16345"},
    {{.keys = 1, .by = {GROUP_SCORE}, .k = 9}, "1632405"},
    {{.keys = 1, .by = {GROUP_SCORE}, .k = 1, .most = true}, "205"},
    /* equal priorities go by score; who has none comes last either way */
    {{.keys = 1, .by = {0}, .k = 1}, "165"},
    {{.keys = 1, .by = {0}, .k = 2}, "16345"},
    {{.keys = 1, .by = {0}, .k = 1, .most = true}, "605"},
    /* a second key decides among equals */
    {{.keys = 2, .by = {0, 1}, .k = 1, .most = true}, "605"},
    {{.keys = 2, .by = {0, 1}, .k = 2, .most = true}, "63405"},
    {{.keys = 2, .by = {0, GROUP_SCORE}, .k = 1, .most = true}, "605"},
    {{.keys = 1, .by = {1}, .k = 1, .most = true}, "245"},
};

static void
test_worked(void)
{
    for (size_t i = 0; i < sizeof worked / sizeof worked[0]; i++) {
        struct hit hits[COUNT];
        char rows[COUNT + 1] = "";
        size_t left;

        memcpy(hits, all, sizeof all);
        left = group_keep(hits, COUNT, &worked[i].by);
        for (size_t j = 0; j < left && j < COUNT; j++)
            rows[j] = (char)('0' + hits[j].row);
        CU_ASSERT_STRING_EQUAL(rows, worked[i].rows);
        if (strcmp(rows, worked[i].rows) != 0)
            printf("\ncase %zu: %s, not %s\n", i, rows, worked[i].rows);
    }
}

static void
test_sort(void)
{
    static const size_t order[COUNT] = {1, 6, 3, 2, 4, 0, 5};
    struct hit hits[COUNT];

    memcpy(hits, all, sizeof all);
    group_sort(hits, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        CU_ASSERT_EQUAL(hits[i].row, order[i]);
    group_sort(hits, 0);
    CU_ASSERT_EQUAL(group_keep(hits, 0, &worked[0].by), 0);
}

SUITE("group", {"the first of each group by its keys are kept", test_worked},
      {"hits are sorted by score, then by age", test_sort});
