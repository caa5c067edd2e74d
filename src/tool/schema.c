/*
 * schema: arguments checked against the part of JSON Schema that our tools use.
 *
 * Recursion goes as deep as the schema, which is ours, never deeper than the schema because of
 * a caller's value.
 */
#include "tool/schema.h"

#include "base/js.h"
#include "base/str.h"
#include "base/trail.h"
#include "base/utf8.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAMES_MOST 40 /* members of one object that are compared for a hint */

static bool refuse(struct err *err, const struct trail *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static bool
refuse(struct err *err, const struct trail *at, const char *fmt, ...)
{
    char place[TRAIL_TEXT], reason[200];
    va_list ap;

    assert(fmt != NULL);
    va_start(ap, fmt);
    vsnprintf(reason, sizeof reason, fmt, ap);
    va_end(ap);
    trail_write(at, place);
    return err_set(err, ERR_INPUT, "%s %s", place[0] == '\0' ? "the arguments" : place, reason);
}

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
type_at(struct json_object *schema, size_t index)
{
    struct json_object *type = js_find(schema, "type");

    if (js_type(type) == JS_ARRAY)
        return js_str(js_item(type, index));
    return index == 0 ? js_str(type) : (struct str){NULL, 0};
}

static bool
type_allows(struct json_object *schema, struct json_object *value)
{
    if (type_at(schema, 0).at == NULL)
        return true;
    for (size_t i = 0; type_at(schema, i).at != NULL; i++)
        if (is_of_type(value, type_at(schema, i)))
            return true;
    return false;
}

static void
add(char *text, size_t room, const char *more)
{
    size_t used = strlen(text);

    snprintf(text + used, room - used, "%s", more);
}

/* " from 1 to 100", " of at least 3 characters": what two limits say, whichever are given. */
static void
add_limits(char *text, size_t room, struct json_object *schema, const char *const words[3])
{
    struct json_object *least = js_find(schema, words[0]), *most = js_find(schema, words[1]);
    char limits[80] = "";

    if (least != NULL && most != NULL)
        snprintf(limits, sizeof limits, " %s %.15g to %.15g%s",
                 words[2][0] == '\0' ? "from" : "of", js_double(least, 0), js_double(most, 0),
                 words[2]);
    else if (least != NULL)
        snprintf(limits, sizeof limits, " of at least %.15g%s", js_double(least, 0), words[2]);
    else if (most != NULL)
        snprintf(limits, sizeof limits, " of at most %.15g%s", js_double(most, 0), words[2]);
    add(text, room, limits);
}

static const char *const number_limits[] = {"minimum", "maximum", ""};
static const char *const length_limits[] = {"minLength", "maxLength", " characters"};
static const char *const count_limits[] = {"minItems", "maxItems", " items"};

static void
add_type(char *text, size_t room, struct json_object *schema, struct str type)
{
    for (size_t i = 0; i < TYPES; i++)
        if (str_is(type, types[i].name))
            add(text, room, types[i].says);
    if (str_is(type, "integer") || str_is(type, "number"))
        add_limits(text, room, schema, number_limits);
    if (str_is(type, "string"))
        add_limits(text, room, schema, length_limits);
    if (str_is(type, "array"))
        add_limits(text, room, schema, count_limits);
}

/* What a schema expects, in words. */
static void
expected(struct json_object *schema, char *text, size_t room)
{
    struct json_object *choices = js_find(schema, "enum");

    text[0] = '\0';
    for (size_t i = 0; i < js_count(choices); i++) {
        add(text, room, i == 0 ? "one of " : ", ");
        add(text, room, js_str(js_item(choices, i)).at);
    }
    for (size_t i = 0; choices == NULL && type_at(schema, i).at != NULL; i++) {
        add(text, room, i == 0 ? "" : " or ");
        add_type(text, room, schema, type_at(schema, i));
    }
}

static bool
is_within(struct json_object *schema, const char *const limits[3], double value)
{
    return value >= js_double(js_find(schema, limits[0]), -INFINITY) &&
           value <= js_double(js_find(schema, limits[1]), INFINITY);
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
is_chosen(struct json_object *schema, struct json_object *value)
{
    struct json_object *choices = js_find(schema, "enum");

    for (size_t i = 0; i < js_count(choices); i++)
        if (str_same(js_str(js_item(choices, i)), js_str(value)))
            return true;
    return choices == NULL;
}

/* All but what is inside a list or an object. */
static bool
itself(struct json_object *schema, struct json_object *value)
{
    if (!type_allows(schema, value))
        return false;
    switch (js_type(value)) {
    case JS_LONG:
    case JS_DOUBLE: return is_within(schema, number_limits, js_double(value, 0));
    case JS_STRING:
        return is_chosen(schema, value) &&
               is_within(schema, length_limits, (double)characters(js_str(value)));
    case JS_ARRAY: return is_within(schema, count_limits, (double)js_count(value));
    case JS_NULL:
    case JS_BOOL:
    case JS_OBJECT: break;
    }
    return true;
}

static bool
unknown(const struct trail *at, struct json_object *properties, struct err *err)
{
    const char *names[NAMES_MOST], *nearest;
    size_t count = 0;

    for (struct js_place p = {0}; count < NAMES_MOST && js_next(properties, &p);)
        names[count++] = p.name;
    nearest = str_nearest(at->name, names, count);
    if (nearest == NULL)
        return refuse(err, at, "is not known here");
    return refuse(err, at, "is not known here (did you mean %s?)", nearest);
}

/* NOLINTBEGIN(misc-no-recursion): as deep as the schema */

static bool check(const struct trail *at, struct json_object *schema, struct json_object *value,
                  struct err *err);

static bool
members(const struct trail *at, struct json_object *schema, struct json_object *value,
        struct err *err)
{
    struct json_object *properties = js_find(schema, "properties");
    struct json_object *others = js_find(schema, "additionalProperties");

    for (struct js_place p = {0}; js_next(value, &p);) {
        struct trail inner = trail_member(at, p.name);
        struct json_object *known = js_find(properties, p.name);

        if (known == NULL && js_type(others) == JS_BOOL && !js_bool(others, true))
            return unknown(&inner, properties, err);
        if (known == NULL)
            known = js_type(others) == JS_OBJECT ? others : NULL;
        else if (p.value == NULL && !type_allows(known, NULL))
            continue;
        if (known != NULL && !check(&inner, known, p.value, err))
            return false;
    }
    return true;
}

static bool
required(const struct trail *at, struct json_object *schema, struct json_object *value,
         struct err *err)
{
    struct json_object *names = js_find(schema, "required");

    for (size_t i = 0; i < js_count(names); i++) {
        const char *name = js_str(js_item(names, i)).at;
        struct trail inner = trail_member(at, name);

        if (js_find(value, name) == NULL)
            return refuse(err, &inner, "is required");
    }
    return true;
}

static bool
items(const struct trail *at, struct json_object *schema, struct json_object *value,
      struct err *err)
{
    struct json_object *inner = js_find(schema, "items");

    for (size_t i = 0; inner != NULL && i < js_count(value); i++) {
        struct trail item = trail_item(at, i);

        if (!check(&item, inner, js_item(value, i), err))
            return false;
    }
    return true;
}

static bool
check(const struct trail *at, struct json_object *schema, struct json_object *value,
      struct err *err)
{
    char words[160];

    if (!itself(schema, value)) {
        expected(schema, words, sizeof words);
        return refuse(err, at, "must be %s", words);
    }
    if (js_type(value) == JS_OBJECT)
        return members(at, schema, value, err) && required(at, schema, value, err);
    return js_type(value) != JS_ARRAY || items(at, schema, value, err);
}

bool
schema_check(struct json_object *schema, struct json_object *value, struct err *err)
{
    struct trail top = trail_top("");

    return check(&top, schema, value, err);
}

bool
schema_is_known(struct json_object *schema, struct err *err)
{
    static const char *const words[] = {
        "type",    "enum",     "required", "properties",  "additionalProperties",
        "items",   "minItems", "maxItems", "minLength",   "maxLength",
        "minimum", "maximum",  "title",    "description", "default",
    };

    for (struct js_place p = {0}; js_next(schema, &p);) {
        size_t i = 0;

        while (i < sizeof words / sizeof words[0] && strcmp(words[i], p.name) != 0)
            i++;
        if (i == sizeof words / sizeof words[0])
            return err_set(err, ERR_INPUT, "%s is not checked", p.name);
        if (strcmp(p.name, "default") == 0 && !schema_check(schema, p.value, err))
            return false;
        if (strcmp(p.name, "properties") == 0)
            for (struct js_place inner = {0}; js_next(p.value, &inner);)
                if (!schema_is_known(inner.value, err))
                    return false;
        if (strcmp(p.name, "items") == 0 && !schema_is_known(p.value, err))
            return false;
    }
    return true;
}

/* NOLINTEND(misc-no-recursion) */
