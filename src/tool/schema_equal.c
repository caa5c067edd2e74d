/*
 * schema_equal: JSON values as JSON Schema compares them: 1 is 1.0, and order of members is
 * none.
 */
#include "tool/schema_part.h"

#include <string.h>

#define FNV_START 14695981039346656037UL
#define FNV_STEP  1099511628211UL

/* NOLINTBEGIN(misc-no-recursion): as deep as a tree that base/js lets in */

static bool
numbers_equal(struct json_object *a, struct json_object *b)
{
    double d = js_double(a, 0);

    if (js_type(a) == JS_LONG && js_type(b) == JS_LONG)
        return js_long(a, 0) == js_long(b, 0);
    return d == js_double(b, 0);
}

static bool
lists_equal(struct json_object *a, struct json_object *b)
{
    for (size_t i = 0; i < js_count(a); i++)
        if (!schema_equal(js_item(a, i), js_item(b, i)))
            return false;
    return js_count(a) == js_count(b);
}

static bool
objects_equal(struct json_object *a, struct json_object *b)
{
    for (struct js_place p = {0}; js_next(a, &p);)
        if (!js_has(b, p.name) || !schema_equal(p.value, js_find(b, p.name)))
            return false;
    return js_count(a) == js_count(b);
}

static bool
is_number(struct json_object *value)
{
    return js_type(value) == JS_LONG || js_type(value) == JS_DOUBLE;
}

bool
schema_equal(struct json_object *a, struct json_object *b)
{
    if (is_number(a) && is_number(b))
        return numbers_equal(a, b);
    if (js_type(a) != js_type(b))
        return false;
    switch (js_type(a)) {
    case JS_NULL: return true;
    case JS_BOOL: return js_bool(a, false) == js_bool(b, false);
    case JS_STRING: return str_same(js_str(a), js_str(b));
    case JS_ARRAY: return lists_equal(a, b);
    case JS_OBJECT: return objects_equal(a, b);
    case JS_LONG:
    case JS_DOUBLE: break;
    }
    return false;
}

static unsigned long
hash_bytes(unsigned long hash, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ at[i]) * FNV_STEP;
    return hash;
}

static unsigned long
hash_inside(struct json_object *value)
{
    unsigned long hash = FNV_START + (unsigned long)js_type(value), one;

    for (size_t i = 0; js_type(value) == JS_ARRAY && i < js_count(value); i++) {
        one = schema_equal_hash(js_item(value, i));
        hash = hash_bytes(hash, &one, sizeof one);
    }
    for (struct js_place p = {0}; js_next(value, &p);) {
        one = schema_equal_hash(p.value);
        hash += hash_bytes(hash_bytes(FNV_START, p.name, strlen(p.name)), &one, sizeof one);
    }
    return hash;
}

unsigned long
schema_equal_hash(struct json_object *value)
{
    struct str text = js_str(value);
    double number = js_double(value, 0) + 0.0; /* -0 becomes 0 */

    if (is_number(value))
        return hash_bytes(FNV_START, &number, sizeof number);
    if (text.at != NULL)
        return hash_bytes(FNV_START + JS_STRING, text.at, text.len);
    if (js_type(value) == JS_BOOL)
        return FNV_START + JS_BOOL + (js_bool(value, false) ? 100 : 0);
    return hash_inside(value);
}

/* NOLINTEND(misc-no-recursion) */
