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
           js_parse(arena, str_of(json), &value, &err) &&
           schema_check(arena, schema, value, &err);
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

static void
says(const char *schema_json, const char *value_json, const char *wanted, enum err_kind kind)
{
    struct arena *arena = arena_new(4096);
    struct json_object *schema = NULL, *value = NULL;

    memset(&err, 0, sizeof err);
    CU_ASSERT(js_parse(arena, str_of(schema_json), &schema, &err));
    CU_ASSERT(js_parse(arena, str_of(value_json), &value, &err));
    CU_ASSERT_EQUAL(schema_check(arena, schema, value, &err), wanted[0] == '\0');
    CU_ASSERT_STRING_EQUAL(err.text, wanted);
    CU_ASSERT_EQUAL(err.kind, kind);
    arena_free(arena);
}

static void
test_reasons(void)
{
    static const char *const cases[][3] = {
        {"{\"const\":{\"a\":1}}", "2", "the arguments must be {\"a\":1}"},
        {"{\"enum\":[1,\"b\",null]}", "2", "the arguments must be one of 1, b, null"},
        {"{\"type\":\"number\",\"exclusiveMinimum\":0,\"multipleOf\":0.5}", "0.7",
         "the arguments must be a number above 0 that is a multiple of 0.5"},
        {"{\"maximum\":3}", "4", "the arguments must be a number of at most 3"},
        {"{\"pattern\":\"^a+$\"}", "\"b\"",
         "the arguments must be a string that matches the pattern ^a+$"},
        {"{\"properties\":{\"a\":false}}", "{\"a\":1}", "a is not allowed"},
        {"{\"patternProperties\":{\"^n_\":{\"type\":\"integer\"}}}", "{\"n_a\":\"1\"}",
         "n_a must be a whole number"},
        {"{\"dependentRequired\":{\"a\":[\"b\"]}}", "{\"a\":1}", "b is required with a"},
        {"{\"minProperties\":1}", "{}",
         "the arguments must be an object of at least 1 members"},
        {"{\"properties\":{\"a\":{\"uniqueItems\":true}}}", "{\"a\":[1,[2],1.0]}",
         "a must not have the same item twice: [0] and [2]"},
        {"{\"properties\":{\"a\":{\"contains\":{\"const\":1},\"minContains\":2}}}",
         "{\"a\":[1,3]}", "a must have at least 2 items of a form that 1 have"},
        {"{\"anyOf\":[{\"required\":[\"id\"]},{\"required\":[\"name\"]}]}", "{}",
         "the arguments must have one of 2 forms: id is required; or name is required"},
        {"{\"oneOf\":[{\"required\":[\"a\"]},{\"required\":[\"b\"]}]}", "{\"a\":1,\"b\":1}",
         "the arguments must have one form only, but 2 of 2 fit it"},
        {"{\"not\":{\"type\":\"object\"}}", "{}",
         "the arguments must not have the form that is excluded"},
        {"{\"if\":{\"required\":[\"a\"]},\"then\":{\"required\":[\"b\"]}}", "{\"a\":1}",
         "b is required"},
        {"{\"$defs\":{\"n\":{\"type\":\"integer\"}},\"items\":{\"$ref\":\"#/$defs/n\"}}",
         "[1,true]", "[1] must be a whole number"},
        {"{\"allOf\":[{\"properties\":{\"limit\":true}}],\"properties\":{\"query\":true},"
         "\"unevaluatedProperties\":false}",
         "{\"limit\":1,\"qery\":2}", "qery is not known here (did you mean query?)"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        says(cases[i][0], cases[i][1], cases[i][2], ERR_INPUT);
}

/* What an unbounded check would never finish, or never return from. */
static void
test_bounds(void)
{
    static char deep[8000];
    static const char *const slow = "{\"pattern\":\"^(([a-z])+.)+[A-Z]([a-z])+$\"}";
    static const char *const wide =
        "{\"$defs\":{\"a\":{\"anyOf\":[{\"$ref\":\"#/$defs/b\"},{\"$ref\":\"#/$defs/b\"}]},"
        "\"b\":{\"anyOf\":[{\"$ref\":\"#/$defs/c\"},{\"$ref\":\"#/$defs/c\"}]},"
        "\"c\":{\"items\":{\"$ref\":\"#/$defs/a\"},\"maxItems\":1}},\"$ref\":\"#/$defs/a\"}";

    says("{\"$ref\":\"#\"}", "1", "the schema goes round in circles or is nested too deep",
         ERR_UNAVAILABLE);
    says("{\"not\":{\"$ref\":\"#\"}}", "1",
         "the schema goes round in circles or is nested too deep", ERR_UNAVAILABLE);
    says("{\"anyOf\":[true,{\"$ref\":\"#/$defs/a\"}]}", "1",
         "the schema's reference #/$defs/a leads nowhere", ERR_UNAVAILABLE);
    says("{\"$ref\":\"https://example.com/a\"}", "1",
         "the schema's reference https://example.com/a leads nowhere", ERR_UNAVAILABLE);
    says("{\"pattern\":\"(\"}", "\"a\"", "the schema's pattern ( cannot be read",
         ERR_UNAVAILABLE);
    says(slow, "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\"",
         "checking this value by its schema takes too long", ERR_UNAVAILABLE);
    memset(deep, '[', 30);
    strcpy(deep + 30, "1,1");
    memset(deep + 33, ']', 30);
    says(wide, deep, "checking this value by its schema takes too long", ERR_UNAVAILABLE);
    deep[0] = '"';
    memset(deep + 1, 'a', sizeof deep - 3);
    deep[sizeof deep - 2] = '"';
    says("{\"pattern\":\"^(a|b)*c\"}", deep,
         "the arguments must be a string that matches the pattern ^(a|b)*c", ERR_INPUT);
    says("{\"pattern\":\"[a-z]*[a-z]*[0-9]\"}", deep,
         "checking this value by its schema takes too long", ERR_UNAVAILABLE);
}

static bool
accepted(const char *text)
{
    struct arena *arena = arena_new(4096);
    struct json_object *schema;
    bool good;

    memset(&err, 0, sizeof err);
    good = js_parse(arena, str_of(text), &schema, &err) && schema_accept(arena, schema, &err);
    arena_free(arena);
    return good;
}

static void
test_accept(void)
{
    CU_ASSERT(accepted(schema_text));
    CU_ASSERT(accepted("true"));
    CU_ASSERT(accepted("{\"x-own\":1,\"$defs\":{\"a\":{\"$anchor\":\"b\"}},\"$ref\":\"#b\"}"));
    CU_ASSERT_FALSE(accepted("{\"type\":\"txt\"}"));
    CU_ASSERT_FALSE(accepted("{\"properties\":{\"a\":{\"minLength\":-1}}}"));
    CU_ASSERT_STRING_EQUAL(err.text,
                           "properties.a.minLength must be a whole number of at least 0");
    CU_ASSERT_FALSE(accepted("{\"items\":{\"$ref\":\"#/$defs/none\"}}"));
    CU_ASSERT_STRING_EQUAL(err.text, "the schema's reference #/$defs/none leads nowhere");
    CU_ASSERT_FALSE(accepted("{\"items\":{\"patternProperties\":{\"[\":true}}}"));
    CU_ASSERT_STRING_EQUAL(err.text, "the schema's pattern [ cannot be read");
    CU_ASSERT_FALSE(accepted("[]"));
}

static bool
knows(const char *text)
{
    struct arena *arena = arena_new(4096);
    struct json_object *schema;
    bool good;

    memset(&err, 0, sizeof err);
    good = js_parse(arena, str_of(text), &schema, &err) && schema_is_known(arena, schema, &err);
    arena_free(arena);
    return good;
}

static void
test_known_words(void)
{
    CU_ASSERT(knows(schema_text));
    CU_ASSERT_FALSE(knows("{\"type\":\"string\",\"patternn\":\"x\"}"));
    CU_ASSERT_FALSE(knows("{\"properties\":{\"a\":{\"minLenght\":1}}}"));
    CU_ASSERT_FALSE(knows("{\"oneOf\":[{\"items\":{\"additionalItems\":false}}]}"));
    CU_ASSERT_FALSE(knows("{\"properties\":{\"a\":{\"type\":\"integer\",\"default\":\"1\"}}}"));
}

SUITE("schema", {"what fits is accepted", test_accepts},
      {"what does not fit is refused with its name and what was expected", test_refuses},
      {"every word has a reason that tells what is wrong", test_reasons},
      {"a schema of somebody else ends within bounds", test_bounds},
      {"what is no schema, or cannot be run, is not accepted", test_accept},
      {"a schema with words that nobody checks is found", test_known_words});
