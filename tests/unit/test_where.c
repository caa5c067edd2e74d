/*
 * where: filters as clients send them become jsonpath, or a reason why not.
 *
 * tests/sql/where.sql holds pairs of a filter and its jsonpath and proves on Postgres what they
 * match; here the same file proves that the compiler makes exactly them.
 */
#include "base/buf.h"
#include "base/js.h"
#include "store/where.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

#define FILTER "-- where: "
#define QUOTE  "$where$"

static struct arena *arena;
static struct err err;

/* The jsonpath of a filter, or NULL with the reason in err. */
static const char *
compiled(const char *json)
{
    struct json_object *tree;
    const char *jsonpath = NULL;

    memset(&err, 0, sizeof err);
    if (!js_parse(arena, str_of(json), &tree, &err) ||
        !where_compile(arena, tree, &jsonpath, &err))
        return NULL;
    return jsonpath;
}

static FILE *
pairs(void)
{
    const char *top = getenv("srcdir");
    char path[1000];

    snprintf(path, sizeof path, "%s/tests/sql/where.sql", top == NULL ? "." : top);
    return fopen(path, "r");
}

static void
test_pairs(void)
{
    char line[2000], filter[2000] = "";
    FILE *file = pairs();
    int compared = 0;

    CU_ASSERT_PTR_NOT_NULL(file);
    arena = arena_new(4096);
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        char *begin = strstr(line, QUOTE), *end;

        if (strncmp(line, FILTER, sizeof FILTER - 1) == 0) {
            line[strcspn(line, "\n")] = '\0';
            strcpy(filter, line + sizeof FILTER - 1);
        } else if (begin != NULL) {
            begin += sizeof QUOTE - 1;
            end = strstr(begin, QUOTE);
            if (end != NULL)
                *end = '\0';
            CU_ASSERT_STRING_EQUAL(compiled(filter), begin);
            compared++;
        }
    }
    CU_ASSERT(compared > 50);
    if (file != NULL)
        fclose(file);
    arena_free(arena);
}

static void
test_nothing_to_filter(void)
{
    arena = arena_new(4096);
    CU_ASSERT(compiled("{}") == NULL && err.kind == ERR_NONE);
    CU_ASSERT(compiled("null") == NULL && err.kind == ERR_NONE);
    arena_free(arena);
}

static void
test_refusals(void)
{
    static const struct {
        const char *json, *says;
    } cases[] = {
        {"{\"$dollar\": 1}", "where.$dollar is no operator"},
        {"{\"k\": {\"y\": 1}}", "where.k.y is no operator"},
        {"{\"big\": 9223372036854775808}", "where.big.$eq must fit 64 bits"},
        {"{\"i\": {\"$in\": []}}", "where.i.$in must be a list of at least one value"},
        {"{\"i\": {\"$in\": [1, \"2\"]}}",
         "where.i.$in[1] must be of the type of the first value"},
        {"{\"i\": {\"$in\": [1, [2]]}}",
         "where.i.$in[1] must be a string, a number or a boolean"},
        {"{\"i\": {\"$gt\": \"2\"}}", "where.i.$gt must be a number"},
        {"{\"i\": {\"$gt\": true}}", "where.i.$gt must be a number"},
        {"{\"i\": null}", "where.i.$eq must be a string, a number or a boolean"},
        {"{\"i\": {}}", "where.i must be a value or an operator"},
        {"{\"i\": {\"$eq\": null}}", "where.i.$eq must be a string, a number or a boolean"},
        {"{\"i\": {\"$gtt\": 1}}", "where.i.$gtt is no operator (did you mean $gt?)"},
        {"{\"$nor\": [{\"i\": 1}]}", "where.$nor is no operator (did you mean $or?)"},
        {"{\"$and\": {\"i\": 1}}", "where.$and must be a list of filters"},
        {"{\"$and\": [1]}", "where.$and[0] must be an object with at least one condition"},
        {"{\"$or\": [{\"i\": 1}, {\"j\": {\"k\": 1}}]}", "where.$or[1].j.k is no operator"},
        {"{\"$or\": [{\"i\": 1}, {}]}",
         "where.$or[1] must be an object with at least one condition"},
        {"{\"#document\": {\"$contains\": \"x\"}}",
         "where.#document is not metadata, which is all that where looks at"},
        {"[]", "where must be an object with at least one condition"},
        {"5", "where must be an object with at least one condition"},
    };

    arena = arena_new(4096);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT_PTR_NULL(compiled(cases[i].json));
        CU_ASSERT_EQUAL(err.kind, ERR_SHAPE);
        CU_ASSERT_STRING_EQUAL(err.text, cases[i].says);
    }
    arena_free(arena);
}

static const char *
nested(int depth)
{
    struct buf buf;

    buf_start(&buf, arena, 64);
    for (int i = 0; i < depth; i++)
        buf_text(&buf, "{\"$and\":[");
    buf_text(&buf, "{\"k\":1}");
    for (int i = 0; i < depth; i++)
        buf_text(&buf, "]}");
    return buf.data;
}

static const char *
many(int values)
{
    struct buf buf;

    buf_start(&buf, arena, 64);
    buf_text(&buf, "{\"k\":{\"$in\":[");
    for (int i = 0; i < values; i++)
        buf_fmt(&buf, i > 0 ? ",%d" : "%d", i);
    buf_text(&buf, "]}}");
    return buf.data;
}

static void
test_limits(void)
{
    char bad[400];

    arena = arena_new(4096);
    CU_ASSERT_PTR_NOT_NULL(compiled(nested(WHERE_DEPTH - 1)));
    CU_ASSERT_PTR_NULL(compiled(nested(WHERE_DEPTH)));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "is nested too deeply"));
    CU_ASSERT_PTR_NOT_NULL(compiled(many(WHERE_CONDITIONS)));
    CU_ASSERT_PTR_NULL(compiled(many(WHERE_CONDITIONS + 1)));
    CU_ASSERT_STRING_EQUAL(
        err.text, "where.k.$in is more than the 1000 comparisons that a filter may have");
    snprintf(bad, sizeof bad, "{\"%0300d\":[]}", 7);
    CU_ASSERT_PTR_NULL(compiled(bad));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.text, " must be a string"));
    arena_free(arena);
}

SUITE("where", {"each filter becomes the jsonpath that Postgres was shown", test_pairs},
      {"nothing to filter is no filter", test_nothing_to_filter},
      {"what is not a filter is refused with its place", test_refusals},
      {"depth and number of comparisons are limited", test_limits});
