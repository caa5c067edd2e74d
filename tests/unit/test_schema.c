/*
 * schema: arguments are checked, and what is wrong is said.
 */
#include "base/js.h"
#include "tool/schema.h"

#include "suite.h"

#include <string.h>

static const char schema_text[] =
    "{\"type\":\"object\",\"required\":[\"query\"],\"additionalProperties\":false,"
    "\"properties\":{"
    "\"query\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":5},"
    "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":100,\"default\":10},"
    "\"weight\":{\"type\":\"number\",\"minimum\":0},"
    "\"mode\":{\"type\":\"string\",\"enum\":[\"fast\",\"exact\"]},"
    "\"flag\":{\"type\":\"boolean\"},"
    "\"either\":{\"type\":[\"string\",\"null\"]},"
    "\"free\":{\"type\":\"object\"},"
    "\"texts\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}},"
    "\"records\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":2,\"items\":{"
    "\"type\":\"object\",\"required\":[\"content\"],\"properties\":{"
    "\"content\":{\"type\":\"string\"}}}}}}";

static struct err err;

static bool
accepts(const char *json)
{
    struct arena *arena = arena_new(4096);
    struct json_object *schema, *value;
    bool good;

    memset(&err, 0, sizeof err);
    good = js_parse(arena, STR(schema_text), &schema, &err) &&
           js_parse(arena, str_of(json), &value, &err) && schema_check(schema, value, &err);
    arena_free(arena);
    return good;
}

static void
test_accepts(void)
{
    static const char *const good[] = {
        "{\"query\":\"a\"}",
        "{\"query\":\"\xC3\xA6\xC3\xA6\xC3\xA6\xC3\xA6\xC3\xA6\",\"limit\":100}",
        "{\"query\":\"a\",\"limit\":2.0,\"weight\":0,\"mode\":\"exact\",\"flag\":false}",
        "{\"query\":\"a\",\"limit\":null,\"either\":null,\"records\":null}",
        "{\"query\":\"a\",\"free\":{\"any\":[1,{}]},\"texts\":{\"x\":\"y\"}}",
        "{\"query\":\"a\",\"records\":[{\"content\":\"\"},{\"content\":\"b\",\"more\":1}]}",
    };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        CU_ASSERT(accepts(good[i]));
        CU_ASSERT_STRING_EQUAL(err.text, "");
    }
}

static void
test_refuses(void)
{
    static const struct {
        const char *json, *says;
    } cases[] = {
        {"[]", "the arguments must be an object"},
        {"null", "the arguments must be an object"},
        {"{}", "query is required"},
        {"{\"query\":null}", "query is required"},
        {"{\"query\":5}", "query must be a string of 1 to 5 characters"},
        {"{\"query\":\"\"}", "query must be a string of 1 to 5 characters"},
        {"{\"query\":\"abcdef\"}", "query must be a string of 1 to 5 characters"},
        {"{\"query\":\"a\",\"limit\":0}", "limit must be a whole number from 1 to 100"},
        {"{\"query\":\"a\",\"limit\":101}", "limit must be a whole number from 1 to 100"},
        {"{\"query\":\"a\",\"limit\":1.5}", "limit must be a whole number from 1 to 100"},
        {"{\"query\":\"a\",\"limit\":\"5\"}", "limit must be a whole number from 1 to 100"},
        {"{\"query\":\"a\",\"weight\":-1}", "weight must be a number of at least 0"},
        {"{\"query\":\"a\",\"mode\":\"slow\"}", "mode must be one of fast, exact"},
        {"{\"query\":\"a\",\"mode\":1}", "mode must be one of fast, exact"},
        {"{\"query\":\"a\",\"flag\":\"yes\"}", "flag must be true or false"},
        {"{\"query\":\"a\",\"either\":1}", "either must be a string or null"},
        {"{\"query\":\"a\",\"texts\":{\"x\":1}}", "texts.x must be a string"},
        {"{\"query\":\"a\",\"limt\":1}", "limt is not known here (did you mean limit?)"},
        {"{\"query\":\"a\",\"elephant\":1}", "elephant is not known here"},
        {"{\"query\":\"a\",\"records\":[]}", "records must be a list of 1 to 2 items"},
        {"{\"query\":\"a\",\"records\":[{\"content\":\"\"},{}]}",
         "records[1].content is required"},
        {"{\"query\":\"a\",\"records\":[{\"content\":7}]}",
         "records[0].content must be a string"},
        {"{\"query\":\"a\",\"records\":[7]}", "records[0] must be an object"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CU_ASSERT_FALSE(accepts(cases[i].json));
        CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
        CU_ASSERT_STRING_EQUAL(err.text, cases[i].says);
    }
}

static bool
knows(const char *text)
{
    struct arena *arena = arena_new(4096);
    struct json_object *schema;
    bool good;

    memset(&err, 0, sizeof err);
    good = js_parse(arena, str_of(text), &schema, &err) && schema_is_known(schema, &err);
    arena_free(arena);
    return good;
}

static void
test_known_words(void)
{
    CU_ASSERT(knows(schema_text));
    CU_ASSERT_FALSE(knows("{\"type\":\"string\",\"pattern\":\"x\"}"));
    CU_ASSERT_FALSE(knows("{\"properties\":{\"a\":{\"format\":\"date\"}}}"));
    CU_ASSERT_FALSE(knows("{\"items\":{\"oneOf\":[]}}"));
    CU_ASSERT_FALSE(knows("{\"properties\":{\"a\":{\"type\":\"integer\",\"default\":\"1\"}}}"));
}

SUITE("schema", {"what fits is accepted", test_accepts},
      {"what does not fit is refused with its name and what was expected", test_refuses},
      {"a schema with words that nobody checks is found", test_known_words});
