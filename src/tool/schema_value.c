/*
 * schema_value: type, enum, const and limits: what a value must be itself, and how that is
 * said.
 */
#include "tool/schema_part.h"

#include "base/utf8.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define WORDS 180 /* bytes of what is expected, in words */
#define SHOWN 60  /* bytes of a value that is shown */

struct type {
    const char *name;
    const char *says;
};

static const struct type types[] = {
    {"string", "a string"}, {"integer", "a whole number"},
    {"number", "a number"}, {"boolean", "true or false"},
    {"array", "a list"},    {"object", "an object"},
    {"null", "null"},
};
#define TYPES (sizeof types / sizeof types[0])

/* Limits that are told together; how values of a type are measured follows below. */
struct limits {
    const char *least, *most, *unit;
};

static const struct limits number_limits = {"minimum", "maximum", ""};
static const struct limits length_limits = {"minLength", "maxLength", " characters"};
static const struct limits count_limits = {"minItems", "maxItems", " items"};
static const struct limits member_limits = {"minProperties", "maxProperties", " members"};

static bool
is_of_type(struct json_object *value, struct str type)
{
    double d;

    switch (js_type(value)) {
    case JS_NULL: return str_is(type, "null");
    case JS_BOOL: return str_is(type, "boolean");
    case JS_STRING: return str_is(type, "string");
    case JS_ARRAY: return str_is(type, "array");
    case JS_OBJECT: return str_is(type, "object");
    case JS_LONG: return str_is(type, "integer") || str_is(type, "number");
    case JS_DOUBLE:
        d = js_double(value, 0);
        return str_is(type, "number") || (str_is(type, "integer") && d == rint(d));
    }
    return false;
}

/* The types that a schema allows, one after the other; absent when it says nothing (more). */
static struct str
type_at(struct json_object *rule, size_t index)
{
    struct json_object *type = js_find(rule, "type");

    if (js_type(type) == JS_ARRAY)
        return js_str(js_item(type, index));
    return index == 0 ? js_str(type) : (struct str){NULL, 0};
}

static bool
type_allows(struct json_object *rule, struct json_object *value)
{
    if (!js_has(rule, "type"))
        return true;
    for (size_t i = 0; type_at(rule, i).at != NULL; i++)
        if (is_of_type(value, type_at(rule, i)))
            return true;
    return false;
}

bool
schema_value_allows_null(struct json_object *rule)
{
    return type_allows(rule, NULL);
}

static void
add(char words[WORDS], const char *more)
{
    size_t used = strlen(words);

    snprintf(words + used, WORDS - used, "%s", more);
}

/* " from 1 to 100", " of at least 3 characters": what two limits say, whichever are given. */
static void
add_limits(char words[WORDS], struct json_object *rule, const struct limits *limits)
{
    struct json_object *least = js_find(rule, limits->least);
    struct json_object *most = js_find(rule, limits->most);
    char text[80] = "";

    if (least != NULL && most != NULL)
        snprintf(text, sizeof text, " %s %.15g to %.15g%s",
                 limits->unit[0] == '\0' ? "from" : "of", js_double(least, 0),
                 js_double(most, 0), limits->unit);
    else if (least != NULL)
        snprintf(text, sizeof text, " of at least %.15g%s", js_double(least, 0), limits->unit);
    else if (most != NULL)
        snprintf(text, sizeof text, " of at most %.15g%s", js_double(most, 0), limits->unit);
    add(words, text);
}

static void
add_number(char words[WORDS], struct json_object *rule)
{
    static const char *const more[][2] = {
        {"exclusiveMinimum", " above %.15g"},
        {"exclusiveMaximum", " below %.15g"},
        {"multipleOf", " that is a multiple of %.15g"},
    };
    char text[80];

    add_limits(words, rule, &number_limits);
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
        if (js_has(rule, more[i][0])) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            snprintf(text, sizeof text, more[i][1], js_double(js_find(rule, more[i][0]), 0));
#pragma GCC diagnostic pop
            add(words, text);
        }
}

static void
add_text(char words[WORDS], struct json_object *rule)
{
    struct str pattern = js_str(js_find(rule, "pattern"));
    char text[SHOWN + 40];

    add_limits(words, rule, &length_limits);
    if (pattern.at == NULL)
        return;
    snprintf(text, sizeof text, " that matches the pattern %.*s",
             (int)(pattern.len < SHOWN ? pattern.len : SHOWN), pattern.at);
    add(words, text);
}

static void
add_type(char words[WORDS], struct json_object *rule, struct str type)
{
    for (size_t i = 0; i < TYPES; i++)
        if (str_is(type, types[i].name))
            add(words, types[i].says);
    if (str_is(type, "integer") || str_is(type, "number"))
        add_number(words, rule);
    else if (str_is(type, "string"))
        add_text(words, rule);
    else if (str_is(type, "array"))
        add_limits(words, rule, &count_limits);
    else if (str_is(type, "object"))
        add_limits(words, rule, &member_limits);
}

/* A text as it is, anything else as JSON. */
static void
add_value(char words[WORDS], struct json_object *value, struct arena *arena)
{
    const char *text = js_type(value) == JS_STRING ? js_str(value).at : js_text(arena, value);
    char shown[SHOWN + 1];

    snprintf(shown, sizeof shown, "%s", text);
    add(words, shown);
}

static const char *
type_of(struct json_object *value)
{
    switch (js_type(value)) {
    case JS_STRING: return "string";
    case JS_LONG:
    case JS_DOUBLE: return "number";
    case JS_ARRAY: return "array";
    case JS_OBJECT: return "object";
    case JS_BOOL:
    case JS_NULL: break;
    }
    return "";
}

/* What a schema expects, in words; one that names no type expects the value's own. */
static void
expected(const struct schema_eval *eval, char words[WORDS])
{
    struct json_object *choices = js_find(eval->rule, "enum");

    words[0] = '\0';
    if (js_has(eval->rule, "const")) {
        add_value(words, js_find(eval->rule, "const"), eval->schema->arena);
        return;
    }
    for (size_t i = 0; i < js_count(choices); i++) {
        add(words, i == 0 ? "one of " : ", ");
        add_value(words, js_item(choices, i), eval->schema->arena);
    }
    for (size_t i = 0; choices == NULL && type_at(eval->rule, i).at != NULL; i++) {
        add(words, i == 0 ? "" : " or ");
        add_type(words, eval->rule, type_at(eval->rule, i));
    }
    if (words[0] == '\0')
        add_type(words, eval->rule, str_of(type_of(eval->value)));
}

static bool
is_within(struct json_object *rule, const struct limits *limits, double value)
{
    return value >= js_double(js_find(rule, limits->least), -INFINITY) &&
           value <= js_double(js_find(rule, limits->most), INFINITY);
}

/* A quotient of decimal fractions is seldom whole in binary: 0.0075 / 0.0001 is whole here.
   Where doubles have no fractions any more, every quotient is. */
static bool
is_multiple(struct json_object *value, struct json_object *of)
{
    double divisor = js_double(of, 0), number = js_double(value, 0), quotient;

    if (js_type(of) == JS_LONG && js_type(value) == JS_LONG && js_long(of, 0) > 0)
        return js_long(value, 0) % js_long(of, 0) == 0;
    if (divisor <= 0)
        return true;
    quotient = number / divisor;
    if (isinf(quotient))
        return remainder(number, divisor) == 0;
    return fabs(quotient - rint(quotient)) <= 4 * DBL_EPSILON * fabs(quotient);
}

static bool
number_fits(struct json_object *rule, struct json_object *value)
{
    double number = js_double(value, 0);

    return is_within(rule, &number_limits, number) &&
           number > js_double(js_find(rule, "exclusiveMinimum"), -INFINITY) &&
           number < js_double(js_find(rule, "exclusiveMaximum"), INFINITY) &&
           is_multiple(value, js_find(rule, "multipleOf"));
}

static size_t
characters(struct str text)
{
    const char *at = text.at, *end = text.at + text.len;
    size_t count = 0;

    for (; at < end; count++)
        utf8_next(&at, end);
    return count;
}

static bool
text_fits(const struct schema_eval *eval)
{
    struct str text = js_str(eval->value), pattern = js_str(js_find(eval->rule, "pattern"));

    if ((js_has(eval->rule, "minLength") || js_has(eval->rule, "maxLength")) &&
        !is_within(eval->rule, &length_limits, (double)characters(text)))
        return false;
    return pattern.at == NULL || schema_pattern_matches(eval->schema, pattern, text);
}

static bool
is_chosen(const struct schema_eval *eval)
{
    struct json_object *choices = js_find(eval->rule, "enum");

    if (js_has(eval->rule, "const") && !schema_equal(js_find(eval->rule, "const"), eval->value))
        return false;
    if (!schema_spend(eval->schema, js_count(choices)))
        return false;
    for (size_t i = 0; i < js_count(choices); i++)
        if (schema_equal(js_item(choices, i), eval->value))
            return true;
    return js_type(choices) != JS_ARRAY;
}

static bool
itself(const struct schema_eval *eval)
{
    if (!type_allows(eval->rule, eval->value) || !is_chosen(eval))
        return false;
    switch (js_type(eval->value)) {
    case JS_LONG:
    case JS_DOUBLE: return number_fits(eval->rule, eval->value);
    case JS_STRING: return text_fits(eval);
    case JS_ARRAY: return is_within(eval->rule, &count_limits, (double)js_count(eval->value));
    case JS_OBJECT: return is_within(eval->rule, &member_limits, (double)js_count(eval->value));
    case JS_NULL:
    case JS_BOOL: break;
    }
    return true;
}

bool
schema_value_fits(const struct schema_eval *eval)
{
    char words[WORDS];

    if (itself(eval))
        return true;
    if (eval->err == NULL)
        return false;
    expected(eval, words);
    return schema_refuse(eval, eval->at, "must be %s", words);
}
