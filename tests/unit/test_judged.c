/*
 * judged: judged questions are read from both forms, with titles and types, and halve the same
 * way.
 */
#include "eval/judged.h"

#include "folder.h"
#include "suite.h"

static struct judged *
read_sets(struct arena *arena, size_t *count)
{
    struct judged *sets = NULL;
    struct err err = {.kind = ERR_NONE};

    CU_ASSERT_TRUE(judged_read(arena, ".", &sets, count, &err));
    return sets;
}

static void
passages(void)
{
    struct arena *arena = arena_new(4096);
    struct judged *sets;
    size_t count = 0;

    folder_enter();
    folder_write("a.passages.jsonl", "{\"id\":\"p\",\"title\":\"Oslo\",\"text\":\"A city.\"}\n"
                                     "{\"id\":\"r\",\"text\":\"No title.\"}\n");
    folder_write("a.queries.jsonl",
                 "{\"id\":\"1\",\"q\":\"Where?\",\"type\":\"bridge\",\"gold\":[\"p\",\"r\"]}\n"
                 "{\"id\":\"2\",\"q\":\"What?\",\"gold\":[\"p\"]}\n"
                 "{\"id\":\"3\",\"q\":\"Unjudged\",\"gold\":[]}\n");
    sets = read_sets(arena, &count);
    CU_ASSERT_EQUAL_FATAL(count, 1);
    CU_ASSERT_EQUAL_FATAL(sets[0].docs_count, 2);
    CU_ASSERT_TRUE(str_is(sets[0].docs[0].title, "Oslo"));
    CU_ASSERT_TRUE(str_is(sets[0].docs[0].text, "Oslo\nA city."));
    CU_ASSERT_PTR_NULL(sets[0].docs[1].title.at);
    CU_ASSERT_EQUAL_FATAL(sets[0].queries_count, 2);
    CU_ASSERT_TRUE(str_is(sets[0].queries[0].type, "bridge"));
    CU_ASSERT_PTR_NULL(sets[0].queries[1].type.at);
    CU_ASSERT_TRUE(judged_is_relevant(&sets[0].queries[0], STR("r")));
    CU_ASSERT_FALSE(judged_is_relevant(&sets[0].queries[1], STR("r")));
    folder_leave();
    arena_free(arena);
}

static void
tables(void)
{
    struct arena *arena = arena_new(4096);
    struct judged *sets;
    size_t count = 0;

    folder_enter();
    folder_write("b.docs.tsv", "d1\tone\td\nd2\ttwo\n");
    folder_write("b.queries.tsv", "q1\tfirst\nq2\tsecond\n");
    folder_write("b.qrels.tsv", "q1\td2\t1\nq1\td1\t0\nq2\td1\t2\n");
    sets = read_sets(arena, &count);
    CU_ASSERT_EQUAL_FATAL(count, 1);
    CU_ASSERT_TRUE(str_is(sets[0].docs[0].text, "one\td"));
    CU_ASSERT_PTR_NULL(sets[0].docs[0].title.at);
    CU_ASSERT_EQUAL_FATAL(sets[0].queries_count, 2);
    CU_ASSERT_EQUAL(sets[0].queries[0].relevant_count, 1);
    CU_ASSERT_TRUE(judged_is_relevant(&sets[0].queries[0], STR("d2")));
    folder_leave();
    arena_free(arena);
}

static void
halves(void)
{
    struct arena *arena = arena_new(4096);
    struct judged_query queries[100] = {{.id = {0}}};
    struct judged set = {.name = "x", .queries = queries, .queries_count = 100}, fit, other;

    for (int i = 0; i < 100; i++)
        queries[i].id = str_of(str_format(arena, "%d", i));
    fit = judged_half(arena, &set, false);
    other = judged_half(arena, &set, true);
    CU_ASSERT_EQUAL(fit.queries_count + other.queries_count, 100);
    CU_ASSERT_TRUE(fit.queries_count > 30 && other.queries_count > 30);
    /* A question stays in its half when others go. */
    set.queries_count = 1;
    CU_ASSERT_EQUAL(judged_half(arena, &set, false).queries_count,
                    str_is(fit.queries[0].id, "0") ? 1 : 0);
    arena_free(arena);
}

SUITE("judged", {"passages have titles, questions have types", passages},
      {"tables of documents, questions and judgements", tables},
      {"a set is halved by ids", halves});
