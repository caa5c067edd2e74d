/*
 * shape: one table is the schema that is asked for and the check of what came.
 */
#include "llm/shape.h"

#include "base/js.h"
#include "suite.h"

#include <string.h>

static const struct shape inner[] = {{"n", SHAPE_WHOLE, NULL}, {NULL, SHAPE_TEXT, NULL}};
static const struct shape outer[] = {{"t", SHAPE_TEXT, NULL},   {"o", SHAPE_TEXT_OR_NULL, NULL},
                                     {"d", SHAPE_NUMBER, NULL}, {"f", SHAPE_FLAG, NULL},
                                     {"l", SHAPE_TEXTS, NULL},  {"i", SHAPE_ITEMS, inner},
                                     {NULL, SHAPE_TEXT, NULL}};

static void
schema(void)
{
    static const struct shape small[] = {{"i", SHAPE_ITEMS, inner}, {NULL, SHAPE_TEXT, NULL}};
    struct arena *arena = arena_new(1024);

    CU_ASSERT_STRING_EQUAL(
        shape_schema(arena, small),
        "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"i\"],"
        "\"properties\":{\"i\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
        "\"additionalProperties\":false,\"required\":[\"n\"],\"properties\":{\"n\":{\"type\":"
        "\"integer\"}}}}}}");
    arena_free(arena);
}

static void
fits(void)
{
    /* clang-format off */
    static const struct { const char *text, *says; } table[] = {
        {"{\"t\":\"\",\"o\":null,\"d\":1,\"f\":true,\"l\":[],\"i\":[]}", NULL},
        {"{\"t\":\"\",\"o\":\"x\",\"d\":1.5,\"f\":false,\"l\":[\"a\"],\"i\":[{\"n\":1}]}", NULL},
        {"[]", "the reply must be an object"},
        {"{\"t\":\"\"}", "o is missing"},
        {"{\"z\":1}", "z is not a member"},
        {"{\"t\":null,\"o\":null,\"d\":1,\"f\":true,\"l\":[],\"i\":[]}", "t must be a string"},
        {"{\"t\":\"\",\"o\":1,\"d\":1,\"f\":true,\"l\":[],\"i\":[]}", "o must be a string or null"},
        {"{\"t\":\"\",\"o\":null,\"d\":\"1\",\"f\":true,\"l\":[],\"i\":[]}", "d must be a number"},
        {"{\"t\":\"\",\"o\":null,\"d\":1,\"f\":1,\"l\":[],\"i\":[]}", "f must be true or false"},
        {"{\"t\":\"\",\"o\":null,\"d\":1,\"f\":true,\"l\":[1],\"i\":[]}", "l must be an array of strings"},
        {"{\"t\":\"\",\"o\":null,\"d\":1,\"f\":true,\"l\":[],\"i\":{}}", "i must be an array"},
        {"{\"t\":\"\",\"o\":null,\"d\":1,\"f\":true,\"l\":[],\"i\":[1]}", "i[0]. must be an object"},
        {"{\"t\":\"\",\"o\":null,\"d\":1,\"f\":true,\"l\":[],\"i\":[{\"n\":1},{\"n\":1.5}]}", "i[1].n must be an integer"},
    };
    /* clang-format on */
    struct arena *arena = arena_new(1024);

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct err err = {.kind = ERR_NONE};
        struct json_object *tree = NULL;

        CU_ASSERT_TRUE(js_parse(arena, str_of(table[i].text), &tree, &err));
        CU_ASSERT_EQUAL(shape_fits(outer, tree, &err), table[i].says == NULL);
        if (table[i].says != NULL)
            CU_ASSERT_STRING_EQUAL(err.text, table[i].says);
    }
    arena_free(arena);
}

SUITE("shape", {"the table is a strict schema", schema}, {"replies are held to it", fits});
