/*
 * measure: rankings measured as worked out by hand, and what many of them say together.
 */
#include "eval/bootstrap.h"
#include "eval/summary.h"

#include "suite.h"

#include <math.h>

#define NEAR(a, b) CU_ASSERT_DOUBLE_EQUAL(a, b, 1e-9)

static void
by_hand(void)
{
    struct str relevant[] = {STR("a"), STR("b"), STR("c"), STR("d")};
    struct str ranking[12] = {STR("x"), STR("a"), STR("y"), STR("b"), STR("1"), STR("2"),
                              STR("3"), STR("4"), STR("5"), STR("6"), STR("c"), STR("7")};
    struct judged_query query = {.relevant = relevant, .relevant_count = 4};
    struct measure found = measure_ranking(&query, ranking, 12);
    double ideal = 1 + 1 / log2(3) + 1 / log2(4) + 1 / log2(5);

    NEAR(found.value[MEASURE_NDCG10], (1 / log2(3) + 1 / log2(5)) / ideal);
    NEAR(found.value[MEASURE_RECALL2], 0.25);
    NEAR(found.value[MEASURE_RECALL5], 0.5);
    NEAR(found.value[MEASURE_RECALL10], 0.5);
    NEAR(found.value[MEASURE_RECALL100], 0.75);
    NEAR(found.value[MEASURE_MRR10], 0.5);
    found = measure_ranking(&query, ranking, 0);
    for (int kind = 0; kind < MEASURES; kind++)
        NEAR(found.value[kind], 0);
    found = measure_ranking(&query, relevant, 4);
    NEAR(found.value[MEASURE_NDCG10], 1);
    NEAR(found.value[MEASURE_RECALL2], 0.5);
    NEAR(found.value[MEASURE_MRR10], 1);
}

static void
intervals(void)
{
    double values[200];
    struct bootstrap one, again, same;

    for (int i = 0; i < 200; i++)
        values[i] = i % 4 == 0;
    one = bootstrap_mean(values, 200, 1);
    again = bootstrap_mean(values, 200, 1);
    NEAR(one.mean, 0.25);
    CU_ASSERT_TRUE(one.low < one.mean && one.mean < one.high);
    /* 1.96 * sqrt(.25 * .75 / 200) = .060 */
    CU_ASSERT_DOUBLE_EQUAL(one.low, 0.19, 0.01);
    CU_ASSERT_DOUBLE_EQUAL(one.high, 0.31, 0.01);
    CU_ASSERT_TRUE(one.low == again.low && one.high == again.high);
    same = bootstrap_mean(values, 50, 4); /* every fourth is 1 */
    NEAR(same.low, 1);
    NEAR(same.high, 1);
    NEAR(bootstrap_mean(values, 0, 1).high, 0);
}

static void
types(void)
{
    struct arena *arena = arena_new(4096);
    struct judged_query queries[] = {{.type = STR("hop")},
                                     {.type = STR("bridge")},
                                     {.type = STR("hop")},
                                     {.text = STR("?")}};
    struct judged set = {.queries = queries, .queries_count = 4};
    struct trial_answer answers[] = {{{{1}}, 4}, {{{0.5}}, 2}, {{{0}}, 3}, {{{0.5}}, 1}};
    struct summary all = summary_of(arena, &set, answers, str_of(NULL));
    struct summary hop = summary_of(arena, &set, answers, STR("hop"));
    struct str *names;

    CU_ASSERT_EQUAL(summary_types(arena, &set, &names), 2);
    CU_ASSERT_TRUE(str_is(names[0], "bridge") && str_is(names[1], "hop"));
    CU_ASSERT_EQUAL(all.questions, 4);
    NEAR(all.measure[MEASURE_NDCG10].mean, 0.5);
    NEAR(all.p50, 2);
    NEAR(all.p95, 4);
    CU_ASSERT_EQUAL(hop.questions, 2);
    NEAR(hop.measure[MEASURE_NDCG10].mean, 0.5);
    NEAR(hop.p50, 3);
    arena_free(arena);
}

SUITE("measure", {"measures worked out by hand", by_hand},
      {"intervals hold the mean and are the same every time", intervals},
      {"questions by type", types});
