/*
 * question: whether it asks to calculate or to find is a vote that comes out the same each
 * time.
 */
#include "legacy/question.h"

#include "suite.h"

#include <math.h>
#include <string.h>

static void
test_votes(void)
{
    static const struct {
        const char *text;
        bool is_analytical;
        double confidence;
        const char *features;
    } rows[] = {
        {"", false, 0.5, ""},
        {"rope", false, 0.5, ""},
        {"Sum of all invoices", true, 1, "amount;"},
        {"HOW MANY invoices per month", true, 1, "count;grouping;"},
        {"how many invoices?", true, 0.6, "count;question mark;"},
        {"What is the total?", false, 4.0 / 7, "amount;open;question mark;"},
        {"why did the roof leak?", false, 1, "open;question mark;"},
        {"hvor mange fakturaer, fordelt efter kunde", true, 1, "count;grouping;"},
        {"summary of the discount", false, 0.5, ""}, /* whole words only */
        {"a b c d e f g h i j", false, 0.5, ""},
        {"a b c d e f g h i j k", false, 1, "many words;"},
        {"count, count and count", true, 1, "count;"}, /* once */
    };
    struct arena *arena = arena_new(1024);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct question question = question_read(arena, str_of(rows[i].text));
        char features[200] = "";

        for (size_t at = 0; at < question.features_count; at++)
            strcat(strcat(features, question.features[at]), ";");
        CU_ASSERT_EQUAL(question.is_analytical, rows[i].is_analytical);
        CU_ASSERT_TRUE(fabs(question.confidence - rows[i].confidence) < 1e-9);
        CU_ASSERT_STRING_EQUAL(features, rows[i].features);
    }
    arena_free(arena);
}

static void
test_all(void)
{
    struct arena *arena = arena_new(1024);
    struct question question = question_read(
        arena,
        STR("explain what about the count, the sum and the average per day, the highest, "
            "if more than three are there?"));

    CU_ASSERT_EQUAL(question.features_count, 11);
    CU_ASSERT_TRUE(question.is_analytical);
    arena_free(arena);
}

SUITE("question", {"what stands in it votes, once and by its weight", test_votes},
      {"all features at once have room", test_all});
