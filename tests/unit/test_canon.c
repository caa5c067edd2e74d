/*
 * canon: texts that mean the same have one digest, others have another.
 */
#include "base/js.h"
#include "tool/canon.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

static struct arena *arena;

static struct json_object *
tree(const char *text)
{
    struct err err = {.kind = ERR_NONE};
    struct json_object *value = NULL;

    CU_ASSERT_TRUE(js_parse(arena, str_of(text), &value, &err));
    return value;
}

static void
texts(void)
{
    static const struct {
        const char *given, *canonical;
    } rows[] = {
        {"{}", "{}"},
        {" { \"b\" : 1 , \"a\" : [ true , null ] } ", "{\"a\":[true,null],\"b\":1}"},
        {"{\"a\":{\"z\":\"\\u0041\",\"B\":\"\\/\"},\"\":2}",
         "{\"\":2,\"a\":{\"B\":\"/\",\"z\":\"A\"}}"},
        {"[{\"y\":1,\"x\":[{\"d\":1,\"c\":2}]}]", "[{\"x\":[{\"c\":2,\"d\":1}],\"y\":1}]"},
        {"{\"a\":null}", "{\"a\":null}"},
        {"{\"\\u00e9\":1,\"z\":2}", "{\"z\":2,\"\xc3\xa9\":1}"},
    };

    arena = arena_new(1024);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_STRING_EQUAL(canon_text(arena, tree(rows[i].given)), rows[i].canonical);
    CU_ASSERT_STRING_EQUAL(canon_text(arena, NULL), "null");
    arena_free(arena);
}

static bool
same(const char *a, const char *b)
{
    unsigned char one[CANON_DIGEST], two[CANON_DIGEST];

    canon_digest(arena, tree(a), one);
    canon_digest(arena, tree(b), two);
    return memcmp(one, two, CANON_DIGEST) == 0;
}

static void
digests(void)
{
    arena = arena_new(1024);
    CU_ASSERT_TRUE(same("{\"a\":1,\"b\":2}", "{ \"b\":2, \"a\":1 }"));
    CU_ASSERT_FALSE(same("{\"a\":1}", "{\"a\":2}"));
    CU_ASSERT_FALSE(same("{\"a\":[1,2]}", "{\"a\":[2,1]}"));
    CU_ASSERT_FALSE(same("{\"a\":\"1\"}", "{\"a\":1}"));
    CU_ASSERT_FALSE(same("{\"a\":null}", "{}"));
    arena_free(arena);
}

SUITE("canon", {"members stand in the order of their names, without blanks", texts},
      {"what means the same has one digest", digests});
