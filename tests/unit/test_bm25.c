/*
 * bm25: scores are those of the formula, the best come in order, and conditions hold.
 */
#include "words/bm25.h"

#include "suite.h"

#include <math.h>

#define NEAR 1e-12
#define MANY 5000

static struct str
packed(struct arena *arena, const struct posting *posts, size_t count)
{
    struct buf buf;
    struct posting_writer writer = {.bytes = &buf};

    buf_start(&buf, arena, 16);
    for (size_t i = 0; i < count; i++)
        posting_put(&writer, &posts[i]);
    return (struct str){buf.data, buf.len};
}

static double
formula(double n, double df, double tf, double len, double average)
{
    return log(1 + (n - df + 0.5) / (df + 0.5)) * tf * 2.2 /
           (tf + 1.2 * (0.25 + 0.75 * len / average));
}

static void
test_formula(void)
{
    struct arena *arena = arena_new(4096);
    struct bm25 *bm25 = bm25_new(arena, 10, 50);
    struct bm25_hit *hits;
    size_t count;

    bm25_term(bm25, STR("a"), false, BM25_COUNTS);
    bm25_term(bm25, STR("b"), false, BM25_COUNTS);
    bm25_term(bm25, STR("none"), false, BM25_COUNTS);
    CU_ASSERT_TRUE(bm25_posts(bm25, STR("a"), 1,
                              packed(arena, (struct posting[]){{1, 2, 6}, {4, 1, 3}}, 2)));
    CU_ASSERT_TRUE(
        bm25_posts(bm25, STR("b"), 2, packed(arena, (struct posting[]){{4, 7, 3}}, 1)));
    CU_ASSERT_TRUE(
        bm25_posts(bm25, STR("c"), 2, packed(arena, (struct posting[]){{9, 7, 3}}, 1)));
    bm25_post(bm25, STR("b"), &(struct posting){7, 1, 5});
    bm25_rank(bm25);
    hits = bm25_best(bm25, 10, &count);
    CU_ASSERT_EQUAL(count, 3);
    CU_ASSERT_EQUAL(hits[0].seq, 4);
    CU_ASSERT_DOUBLE_EQUAL(hits[0].score, formula(10, 2, 1, 3, 5) + formula(10, 2, 7, 3, 5),
                           NEAR);
    CU_ASSERT_DOUBLE_EQUAL(hits[1].score, formula(10, 2, 2, 6, 5), NEAR);
    CU_ASSERT_DOUBLE_EQUAL(hits[2].score, formula(10, 2, 1, 5, 5), NEAR);
    CU_ASSERT_DOUBLE_EQUAL(bm25_most(bm25),
                           2.2 * (2 * log(1 + 8.5 / 2.5) + log(1 + 10.5 / 0.5)), NEAR);
    arena_free(arena);
}

static void
test_dead(void)
{
    struct arena *arena = arena_new(4096);
    struct bm25 *bm25 = bm25_new(arena, 3, 9);
    double score;
    size_t count;

    bm25_term(bm25, STR("a"), false, BM25_COUNTS);
    bm25_gone(bm25, 5, 30);
    bm25_gone(bm25, 4, 20);
    bm25_gone(bm25, 5, 10);
    bm25_posts(bm25, STR("a"), 9, packed(arena, (struct posting[]){{4, 1, 3}, {5, 1, 3}}, 2));
    bm25_posts(bm25, STR("a"), 21, packed(arena, (struct posting[]){{4, 2, 3}, {5, 1, 3}}, 2));
    bm25_posts(bm25, STR("a"), 31, packed(arena, (struct posting[]){{5, 3, 3}, {6, 1, 3}}, 2));
    bm25_rank(bm25);
    bm25_best(bm25, 10, &count);
    CU_ASSERT_EQUAL(count, 3);
    CU_ASSERT_TRUE(bm25_score(bm25, 4, &score));
    CU_ASSERT_DOUBLE_EQUAL(score, formula(3, 3, 2, 3, 3), NEAR);
    CU_ASSERT_TRUE(bm25_score(bm25, 5, &score));
    CU_ASSERT_DOUBLE_EQUAL(score, formula(3, 3, 3, 3, 3), NEAR);
    arena_free(arena);
}

static void
test_conditions(void)
{
    struct arena *arena = arena_new(4096);
    struct bm25 *bm25 = bm25_new(arena, 9, 9);
    struct bm25_hit *hits;
    double score;
    size_t count;

    bm25_term(bm25, STR("must"), false, BM25_COUNTS);
    bm25_term(bm25, STR("must"), false, BM25_MUST);
    bm25_term(bm25, STR("not"), false, BM25_NOT);
    bm25_term(bm25, STR("pre"), true, BM25_COUNTS);
    bm25_posts(bm25, STR("must"), 1,
               packed(arena, (struct posting[]){{1, 1, 1}, {2, 1, 1}, {3, 1, 1}}, 3));
    bm25_posts(bm25, STR("not"), 1, packed(arena, (struct posting[]){{2, 1, 1}, {8, 1, 1}}, 2));
    bm25_posts(bm25, STR("prefix"), 1,
               packed(arena, (struct posting[]){{3, 1, 1}, {4, 1, 1}}, 2));
    bm25_posts(bm25, STR("pre"), 1, packed(arena, (struct posting[]){{3, 2, 1}}, 1));
    bm25_posts(bm25, STR("pr"), 1, packed(arena, (struct posting[]){{1, 2, 1}}, 1));
    bm25_rank(bm25);
    hits = bm25_best(bm25, 10, &count);
    CU_ASSERT_EQUAL(count, 2);
    CU_ASSERT_EQUAL(hits[0].seq, 3);
    CU_ASSERT_DOUBLE_EQUAL(hits[0].score, formula(9, 3, 1, 1, 1) + formula(9, 2, 3, 1, 1),
                           NEAR);
    CU_ASSERT_EQUAL(hits[1].seq, 1);
    CU_ASSERT_FALSE(bm25_score(bm25, 2, &score));
    CU_ASSERT_FALSE(bm25_score(bm25, 4, &score));
    CU_ASSERT_FALSE(bm25_score(bm25, 100, &score));
    arena_free(arena);
}

static void
test_order(void)
{
    struct arena *arena = arena_new(4096);
    struct bm25 *bm25 = bm25_new(arena, MANY, 100 * MANY);
    struct bm25_hit *all, *some;
    size_t count;

    bm25_term(bm25, STR("a"), false, BM25_COUNTS);
    for (int64_t seq = 1; seq <= MANY; seq++)
        bm25_post(bm25, STR("a"), &(struct posting){seq, (uint32_t)(seq * 7919 % 23 + 1), 100});
    bm25_rank(bm25);
    all = bm25_best(bm25, 2 * MANY, &count);
    CU_ASSERT_EQUAL(count, MANY);
    for (size_t i = 1; i < count; i++)
        CU_ASSERT_TRUE_FATAL(all[i - 1].score > all[i].score ||
                             (all[i - 1].score == all[i].score && all[i - 1].seq < all[i].seq));
    for (size_t want = 1; want <= MANY; want = want * 3 + 1) {
        some = bm25_best(bm25, want, &count);
        CU_ASSERT_EQUAL(count, want);
        for (size_t i = 0; i < count; i++)
            CU_ASSERT_TRUE_FATAL(some[i].seq == all[i].seq);
    }
    CU_ASSERT_PTR_NOT_NULL(bm25_best(bm25, 0, &count));
    CU_ASSERT_EQUAL(count, 0);
    arena_free(arena);
}

static void
test_far_apart(void)
{
    static const int64_t seqs[] = {1, 1000000, 3000000000, POSTING_SEQ_MAX};
    struct arena *arena = arena_new(4096);
    struct bm25 *bm25 = bm25_new(arena, 9, 90);
    struct bm25_hit *hits;
    double score;
    size_t count;

    bm25_term(bm25, STR("a"), false, BM25_COUNTS);
    for (size_t i = 0; i < 4; i++)
        bm25_post(bm25, STR("a"), &(struct posting){seqs[i], 1, 10});
    bm25_rank(bm25);
    hits = bm25_best(bm25, 9, &count);
    CU_ASSERT_EQUAL(count, 4);
    for (size_t i = 0; i < count; i++)
        CU_ASSERT_EQUAL(hits[i].seq, seqs[i]);
    CU_ASSERT_TRUE(bm25_score(bm25, seqs[3], &score));
    CU_ASSERT_DOUBLE_EQUAL(score, formula(9, 4, 1, 10, 10), NEAR);
    CU_ASSERT_TRUE(bm25_score(bm25, 2, &score));
    CU_ASSERT_EQUAL(score, 0);
    arena_free(arena);
}

static void
test_rarity(void)
{
    struct arena *arena = arena_new(4096);
    struct bm25 *bm25 = bm25_new(arena, 10, 50);

    bm25_term(bm25, STR("a"), false, BM25_COUNTS);
    bm25_term(bm25, STR("b"), false, BM25_COUNTS);
    bm25_term(bm25, STR("c"), false, BM25_COUNTS);
    for (int64_t seq = 1; seq <= 4; seq++)
        bm25_post(bm25, STR("a"), &(struct posting){seq, 1, 5});
    bm25_post(bm25, STR("c"), &(struct posting){1, 3, 5});
    bm25_rank(bm25);
    CU_ASSERT_DOUBLE_EQUAL(bm25_rarity(bm25, STR("a")), log(1 + 6.5 / 4.5), NEAR);
    CU_ASSERT_DOUBLE_EQUAL(bm25_rarity(bm25, STR("c")), log(1 + 9.5 / 1.5), NEAR);
    CU_ASSERT(bm25_rarity(bm25, STR("b")) < 0);
    CU_ASSERT(bm25_rarity(bm25, STR("d")) < 0);
    arena_free(arena);
}

static void
test_nothing(void)
{
    struct arena *arena = arena_new(4096);
    struct bm25 *bm25 = bm25_new(arena, 0, 0);
    double score = 1;
    size_t count;

    bm25_rank(bm25);
    bm25_best(bm25, 10, &count);
    CU_ASSERT_EQUAL(count, 0);
    CU_ASSERT_TRUE(bm25_score(bm25, 1, &score));
    CU_ASSERT_EQUAL(score, 0);
    bm25_term(bm25, STR("a"), false, BM25_COUNTS);
    CU_ASSERT_FALSE(bm25_posts(bm25, STR("a"), 1, STR("\x80")));
    arena_free(arena);
}

SUITE("bm25", {"scores are those of the formula", test_formula},
      {"dead postings neither score nor count", test_dead},
      {"required and excluded terms, and prefixes as one term", test_conditions},
      {"the best of any number are those of all, in order", test_order},
      {"records far apart are found as well", test_far_apart},
      {"how rare a term is, is its part of the formula", test_rarity},
      {"nothing asked finds nothing, and broken postings are told", test_nothing});
