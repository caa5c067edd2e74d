/*
 * rank: expressions as clients send them become scores worked out by hand, or a reason why not.
 */
#include "chroma/rank.h"

#include "suite.h"

#include <float.h>
#include <math.h>
#include <string.h>

static struct arena *arena;
static struct err err;

static bool
read_rank(const char *json, struct rank *rank)
{
    struct scan scan;

    memset(&err, 0, sizeof err);
    scan_start(&scan, json, strlen(json), arena, &err);
    return rank_scan(&scan, arena, rank) && scan_end(&scan);
}

/* Four records and what the two $knn of an expression, A and B, say of them: A finds r0 at 1
   and r1 at 2, B finds r1 at 10 and r2 at 20; nobody finds r3. */
#define A       "{\"$knn\":{\"query\":[1]}}"
#define B       "{\"$knn\":{\"query\":[1]}}"
#define A5      "{\"$knn\":{\"query\":[1],\"default\":5}}"
#define B7      "{\"$knn\":{\"query\":[1],\"default\":7}}"
#define V(x)    "{\"$val\":" #x "}"
#define RECORDS 4
#define NONE    (-12345.0F) /* not named */

static const struct rank_place found[RECORDS][2] = {
    {{true, 1}, {false, 0}},
    {{true, 2}, {true, 10}},
    {{false, 0}, {true, 20}},
    {{false, 0}, {false, 0}},
};

static const struct {
    const char *json;
    float scores[RECORDS];
} worked[] = {
    {A, {1, 2, NONE, NONE}},
    {A5, {1, 2, NONE, NONE}}, /* a default alone names nobody */
    {V(3), {NONE, NONE, NONE, NONE}},
    /* both without default: those in both */
    {"{\"$sum\":[" A "," B "]}", {NONE, 12, NONE, NONE}},
    /* both with: those in either; the sum of the defaults waits for a third */
    {"{\"$sum\":[" A5 "," B7 "]}", {8, 12, 25, NONE}},
    /* one without: those it names */
    {"{\"$sum\":[" A5 "," B "]}", {NONE, 12, 25, NONE}},
    {"{\"$sum\":[" A "," B7 "]}", {8, 12, NONE, NONE}},
    {"{\"$sub\":{\"left\":" A5 ",\"right\":" B "}}", {NONE, -8, -15, NONE}},
    {"{\"$sub\":{\"right\":" B7 ",\"left\":" A "}}",
     {NONE, 8, 13, NONE}}, /* which is read first is A */
    {"{\"$div\":{\"left\":" A5 ",\"right\":" B7 "}}", {1.0F / 7, 0.2F, 0.25F, NONE}},
    {"{\"$mul\":[" A "," V(3) "]}", {3, 6, NONE, NONE}},
    {"{\"$max\":[" A5 "," B7 "]}", {7, 10, 20, NONE}},
    {"{\"$min\":[" A5 "," B7 "]}", {1, 2, 5, NONE}},
    {"{\"$sum\":[" A "]}", {1, 2, NONE, NONE}},
    {"{\"$sum\":[]}", {NONE, NONE, NONE, NONE}},
    /* empty folds beside a $knn */
    {"{\"$sum\":[" A ",{\"$sum\":[]}]}", {1, 2, NONE, NONE}},
    {"{\"$sum\":[" A ",{\"$mul\":[]}]}", {2, 3, NONE, NONE}},
    {"{\"$min\":[" A ",{\"$max\":[]}]}", {-FLT_MAX, -FLT_MAX, NONE, NONE}},
    {"{\"$max\":[" A ",{\"$min\":[]}]}", {FLT_MAX, FLT_MAX, NONE, NONE}},
    {"{\"$abs\":{\"$sub\":{\"left\":" V(1.5) ",\"right\":" A "}}}", {0.5F, 0.5F, NONE, NONE}},
    /* the default goes through: |5 - 10| + 20 for r2 */
    {"{\"$sum\":[{\"$abs\":{\"$sum\":[" A5 "," V(-10) "]}}," B7 "]}", {16, 18, 25, NONE}},
    {"{\"$exp\":{\"$mul\":[" A "," V(0) "]}}", {1, 1, NONE, NONE}},
    {"{\"$log\":" A "}", {0, 0.6931472F, NONE, NONE}},
    /* IEEE 754: log 0, log of less, divisions by 0, beyond float32 */
    {"{\"$log\":{\"$sum\":[" A "," V(-1) "]}}", {-INFINITY, 0, NONE, NONE}},
    {"{\"$log\":{\"$sum\":[" A "," V(-2) "]}}", {NAN, -INFINITY, NONE, NONE}},
    {"{\"$div\":{\"left\":" A ",\"right\":" V(0) "}}", {INFINITY, INFINITY, NONE, NONE}},
    {"{\"$div\":{\"left\":" V(-1) ",\"right\":{\"$sum\":[" A "," V(-1) "]}}}",
     {-INFINITY, -1, NONE, NONE}},
    {"{\"$div\":{\"left\":{\"$sum\":[" A "," V(-1) "]},\"right\":" V(0) "}}",
     {NAN, INFINITY, NONE, NONE}},
    {"{\"$mul\":[" A "," V(3e38) "," V(10) "]}", {INFINITY, INFINITY, NONE, NONE}},
    {"{\"$max\":[{\"$log\":{\"$sum\":[" A "," V(-2) "]}}," V(4) "]}", {4, 4, NONE, NONE}},
    /* RRF as clients write it: -(0.7 / (60 + a) + 0.3 / (60 + b)) */
    {"{\"$mul\":[{\"$sum\":[{\"$div\":{\"left\":" V(0.7) ",\"right\":{\"$sum\":[" V(
         60) "," A5
             "]}}},{\"$div\":{\"left\":" V(0.3) ",\"right\":{\"$sum\":[" V(
                 60) "," B7 "]}}}]}," V(-1) "]}",
     {-0.015953022F, -0.015576037F, -0.014519231F, NONE}},
};

static bool
close_to(float a, float b)
{
    return (isnan(a) && isnan(b)) || a == b || fabsf(a - b) <= 1e-6F * fabsf(b);
}

static void
test_worked(void)
{
    arena = arena_new(4096);
    for (size_t i = 0; i < sizeof worked / sizeof worked[0]; i++) {
        struct rank rank;

        CU_ASSERT_TRUE(read_rank(worked[i].json, &rank));
        for (size_t r = 0; err.kind == ERR_NONE && r < RECORDS; r++) {
            struct rank_place places[RANK_KNNS] = {found[r][0], found[r][1]};
            float score = NONE;
            bool named = rank_score(&rank, places, &score);
            bool good = close_to(named ? score : NONE, worked[i].scores[r]);

            CU_ASSERT_TRUE(good);
            if (!good)
                printf("\n%s: r%zu: %s %.9g, not %.9g\n", worked[i].json, r,
                       named ? "has" : "is not named", (double)score,
                       (double)worked[i].scores[r]);
        }
        if (err.kind != ERR_NONE)
            printf("\n%s: %s\n", worked[i].json, err.text);
    }
    arena_free(arena);
}

static const struct {
    const char *json, *reason;
} refused[] = {
    {"{\"$foo\":1}",
     "$foo is no operator: $val, $knn, $sum, $mul, $max, $min, $sub, $div, $abs, "
     "$exp and $log are"},
    {"3", "the body must be an object"},
    {"{\"$val\":\"x\"}", "$val must be a number"},
    {"{\"$val\":1e39}", "$val is beyond the range of float32 numbers"},
    {"{\"$val\":1,\"$abs\":{}}", "$abs is one operator too many"},
    {"{\"$sum\":{}}", "$sum must be an array"},
    {"{\"$sum\":[{\"$val\":1},{}]}", "$sum[1] must hold an operator"},
    {"{\"$abs\":[]}", "$abs must be an object"},
    {"{\"$sub\":{\"left\":{\"$val\":1}}}", "$sub must have left and right"},
    {"{\"$sub\":{\"left\":{\"$val\":1},\"left\":{\"$val\":1}}}",
     "$sub.left is not wanted: left and right are"},
    {"{\"$div\":{\"middle\":1}}", "$div.middle is not wanted: left and right are"},
    {"{\"$knn\":{}}", "$knn must have a query"},
    {"{\"$knn\":{\"query\":[]}}", "$knn has an empty query"},
    {"{\"$knn\":{\"query\":[1,\"a\"]}}", "$knn.query[1] must be a number"},
    {"{\"$knn\":{\"query\":7}}",
     "$knn.query must be a list of numbers, a sparse vector, or text to be embedded"},
    {"{\"$knn\":{\"query\":[1],\"query\":[1]}}", "$knn.query stands twice"},
    {"{\"$knn\":{\"query\":[1],\"limit\":0}}",
     "$knn.limit must be a whole number from 1 to 10000"},
    {"{\"$knn\":{\"query\":[1],\"limit\":10001}}",
     "$knn.limit must be a whole number from 1 to 10000"},
    {"{\"$knn\":{\"query\":[1],\"default\":\"x\"}}", "$knn.default must be a number"},
    {"{\"$knn\":{\"query\":[1],\"key\":\"sp\"}}",
     "$knn has a dense query: its key must be #embedding"},
    {"{\"$knn\":{\"query\":[1],\"key\":\"#document\"}}",
     "$knn must have a key: #embedding or one of the metadata"},
    {"{\"$knn\":{\"query\":\"text\",\"key\":\"sp\"}}",
     "$knn has text as its query: embed it to a sparse vector first"},
    {"{\"$knn\":{\"query\":{\"indices\":[1],\"values\":[1]}}}",
     "$knn has a sparse query: its key must be one of the metadata"},
    {"{\"$knn\":{\"key\":\"sp\",\"query\":{\"indices\":[1,1],\"values\":[1,1]}}}",
     "$knn.query.indices[1] must be above the index before it"},
    {"{\"$knn\":{\"key\":\"sp\",\"query\":{\"indices\":[-1],\"values\":[1]}}}",
     "$knn.query.indices[0] must be a whole number from 0 to 4294967295"},
    {"{\"$knn\":{\"key\":\"sp\",\"query\":{\"indices\":[1,2],\"values\":[1]}}}",
     "$knn.query must have as many indices as values"},
    {"{\"$knn\":{\"key\":\"sp\",\"query\":{\"values\":[1]}}}",
     "$knn.query must have as many indices as values"},
};

static void
test_refused(void)
{
    arena = arena_new(4096);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct rank rank;

        CU_ASSERT_FALSE(read_rank(refused[i].json, &rank));
        CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
        CU_ASSERT_STRING_EQUAL(err.text, refused[i].reason);
        if (strcmp(err.text, refused[i].reason) != 0)
            printf("\n%s\n", err.text);
    }
    arena_free(arena);
}

/* `count` times `item` in a list of $sum. */
static bool
read_many(const char *item, int count)
{
    struct rank rank;
    struct buf json;

    buf_start(&json, arena, 100);
    buf_text(&json, "{\"$sum\":[");
    for (int i = 0; i < count; i++)
        buf_fmt(&json, "%s%s", i > 0 ? "," : "", item);
    buf_text(&json, "]}");
    return read_rank(json.data, &rank);
}

static void
test_limits(void)
{
    arena = arena_new(4096);
    CU_ASSERT_TRUE(read_many(V(1), RANK_NODES - 1));
    CU_ASSERT_FALSE(read_many(V(1), RANK_NODES));
    CU_ASSERT_STRING_EQUAL(err.text,
                           "$sum[255].$val is more than the 256 operators of one search");
    CU_ASSERT_TRUE(read_many(A, RANK_KNNS));
    CU_ASSERT_FALSE(read_many(A, RANK_KNNS + 1));
    CU_ASSERT_STRING_EQUAL(err.text, "$sum[16].$knn is more than the 16 $knn of one search");
    arena_free(arena);
}

static void
test_depth(void)
{
    struct rank rank;
    struct buf json;

    arena = arena_new(4096);
    buf_start(&json, arena, 100);
    for (int i = 0; i < 10000; i++)
        buf_text(&json, "{\"$abs\":");
    CU_ASSERT_FALSE(read_rank(json.data, &rank));
    CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
    arena_free(arena);
}

static void
test_knn(void)
{
    static const char json[] =
        "{\"$knn\":{\"query\":{\"#type\":\"sparse_vector\",\"values\":[0.5,-1],\"tokens\":["
        "\"a\"],"
        "\"indices\":[3,4294967295]},\"key\":\"sp\",\"limit\":7,\"default\":-2.5,"
        "\"return_rank\":true,\"later\":{}}}";
    const struct rank_knn *knn;
    struct rank rank;
    uint32_t last = 0;

    arena = arena_new(4096);
    CU_ASSERT_TRUE(read_rank(json, &rank));
    knn = &rank.knns[0];
    CU_ASSERT_EQUAL(rank.knn_count, 1);
    CU_ASSERT_TRUE(knn->sparse && knn->return_rank && knn->has_default);
    CU_ASSERT_EQUAL(knn->limit, 7);
    CU_ASSERT_EQUAL(knn->otherwise, -2.5F);
    CU_ASSERT_EQUAL(knn->dims, 2);
    if (knn->indices.len == 2 * sizeof last)
        memcpy(&last, knn->indices.data + sizeof last, sizeof last);
    CU_ASSERT_EQUAL(last, 4294967295U);
    CU_ASSERT_TRUE(read_rank("{\"$knn\":{\"query\":\"some text\",\"key\":null}}", &rank));
    CU_ASSERT_TRUE(str_is(rank.knns[0].text, "some text"));
    CU_ASSERT_TRUE(str_is(rank.knns[0].key, RANK_EMBEDDING));
    CU_ASSERT_EQUAL(rank.knns[0].limit, 16);
    CU_ASSERT_FALSE(rank.knns[0].has_default || rank.knns[0].return_rank);
    arena_free(arena);
}

static void
test_absent(void)
{
    static const char *const none[] = {"null", "{}", " { } "};

    arena = arena_new(4096);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        struct rank rank;

        CU_ASSERT_TRUE(read_rank(none[i], &rank));
        CU_ASSERT_PTR_NULL(rank.root);
    }
    arena_free(arena);
}

static void
test_order(void)
{
    static const float ascending[] = {-INFINITY, -1, 0, 1, INFINITY, NAN};

    for (size_t i = 0; i < 6; i++) {
        for (size_t j = 0; j < 6; j++)
            CU_ASSERT_EQUAL(rank_compare(ascending[i], ascending[j]), (i > j) - (i < j));
    }
}

SUITE("rank", {"expressions give the scores worked out by hand", test_worked},
      {"what is no expression is refused with its place", test_refused},
      {"operators and $knn are counted", test_limits},
      {"an expression nested too deeply is refused", test_depth},
      {"$knn keeps what it says, and its defaults", test_knn},
      {"null and {} are no expression", test_absent},
      {"what is not a number comes last", test_order});
