/*
 * js: JSON as a tree, for small things (tool arguments, schemas, model configurations).
 *
 * base/scan reads the text, so that the whole program has one grammar and errors have a place;
 * json-c keeps the tree.  (Its own parser turns a number of twenty digits into another one.)
 */
#include "base/js.h"

#include "base/scan.h"

#include <json-c/json.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static void
tree_put(void *tree)
{
    json_object_put(tree);
}

/* Whole numbers that no long holds become doubles that keep their text. */
static bool
number(struct scan *scan, struct json_object **value)
{
    struct str text;
    double d;
    long l;

    if (!scan_raw(scan, &text))
        return false;
    if (str_to_long(text, LONG_MIN, LONG_MAX, &l)) {
        *value = json_object_new_int64(l);
        return true;
    }
    scan->at = text.at;
    if (!scan_double(scan, &d))
        return false;
    *value = json_object_new_double_s(d, str_copy(scan->arena, text));
    return true;
}

static bool
scalar(struct scan *scan, enum scan_type type, struct json_object **value)
{
    struct str text;
    bool flag;

    *value = NULL;
    switch (type) {
    case SCAN_NUMBER: return number(scan, value);
    case SCAN_BOOL:
        if (!scan_bool(scan, &flag))
            return false;
        *value = json_object_new_boolean(flag);
        return true;
    case SCAN_STRING:
        if (!scan_string(scan, &text))
            return false;
        *value = json_object_new_string_len(text.at, (int)text.len);
        return true;
    case SCAN_NULL:
    case SCAN_ARRAY:
    case SCAN_OBJECT:
    case SCAN_BAD: break;
    }
    return scan_skip(scan);
}

/* Hang a value where the scan stands. */
static void
attach(struct scan *scan, struct json_object *parent, struct json_object *value)
{
    if (json_object_is_type(parent, json_type_object))
        json_object_object_add(parent, str_copy(scan->arena, scan->level[scan->depth].name),
                               value);
    else
        json_object_array_add(parent, value);
}

/* The next value begins: attached to what is around it; what opens is around the next one. */
static bool
begin(struct scan *scan, struct json_object *around[])
{
    enum scan_type type = scan_peek(scan);
    struct json_object *value;

    if (type == SCAN_OBJECT)
        value = json_object_new_object();
    else if (type == SCAN_ARRAY)
        value = json_object_new_array();
    else if (!scalar(scan, type, &value))
        return false;
    if (scan->depth > 0) {
        attach(scan, around[scan->depth], value);
    } else {
        arena_defer(scan->arena, tree_put, value);
        around[0] = value;
    }
    if (type != SCAN_OBJECT && type != SCAN_ARRAY)
        return true;
    if (!(type == SCAN_OBJECT ? scan_object(scan) : scan_array(scan)))
        return false;
    around[scan->depth] = value;
    return true;
}

bool
js_parse(struct arena *arena, struct str text, struct json_object **value_out, struct err *err)
{
    struct json_object *around[SCAN_DEPTH + 1] = {NULL};
    struct scan scan;
    struct str name;

    if (text.len > INT_MAX)
        return err_set(err, ERR_TOO_LARGE, "the JSON text is too long");
    scan_start(&scan, text.at, text.len, arena, err);
    do {
        if (!begin(&scan, around))
            return false;
        while (scan.depth > 0) {
            int depth = scan.depth;

            if (json_object_is_type(around[depth], json_type_object) ? scan_member(&scan, &name)
                                                                     : scan_item(&scan))
                break;
            if (scan.depth == depth) /* not left: an error */
                return false;
        }
    } while (scan.depth > 0);
    *value_out = around[0];
    return scan_end(&scan);
}

enum js_type
js_type(struct json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_null: return JS_NULL;
    case json_type_boolean: return JS_BOOL;
    case json_type_double: return JS_DOUBLE;
    case json_type_int: return JS_LONG;
    case json_type_object: return JS_OBJECT;
    case json_type_array: return JS_ARRAY;
    case json_type_string: return JS_STRING;
    }
    return JS_NULL;
}

struct json_object *
js_find(struct json_object *object, const char *name)
{
    struct json_object *value = NULL;

    if (json_object_is_type(object, json_type_object))
        json_object_object_get_ex(object, name, &value);
    return value;
}

bool
js_has(struct json_object *object, const char *name)
{
    return json_object_is_type(object, json_type_object) &&
           json_object_object_get_ex(object, name, NULL);
}

size_t
js_count(struct json_object *value)
{
    if (json_object_is_type(value, json_type_array))
        return json_object_array_length(value);
    if (json_object_is_type(value, json_type_object))
        return (size_t)json_object_object_length(value);
    return 0;
}

struct json_object *
js_item(struct json_object *array, size_t index)
{
    if (!json_object_is_type(array, json_type_array))
        return NULL;
    return json_object_array_get_idx(array, index);
}

bool
js_next(struct json_object *object, struct js_place *place)
{
    const struct lh_entry *entry;

    if (!json_object_is_type(object, json_type_object))
        return false;
    entry = place->entry == NULL ? lh_table_head(json_object_get_object(object))
                                 : lh_entry_next((const struct lh_entry *)place->entry);
    if (entry == NULL)
        return false;
    place->entry = entry;
    place->name = lh_entry_k(entry);
    place->value = lh_entry_v(entry);
    return true;
}

const char *
js_member(struct json_object *object, size_t index, struct json_object **value_out)
{
    struct js_place place = {NULL, NULL, NULL};

    for (size_t i = 0; js_next(object, &place); i++)
        if (i == index) {
            *value_out = place.value;
            return place.name;
        }
    return NULL;
}

struct str
js_str(struct json_object *value)
{
    if (!json_object_is_type(value, json_type_string))
        return (struct str){NULL, 0};
    return (struct str){json_object_get_string(value),
                        (size_t)json_object_get_string_len(value)};
}

double
js_double(struct json_object *value, double otherwise)
{
    enum js_type type = js_type(value);

    if (type == JS_LONG)
        return (double)json_object_get_int64(value);
    if (type != JS_DOUBLE)
        return otherwise;
    return json_object_get_double(value);
}

long
js_long(struct json_object *value, long otherwise)
{
    double d;

    if (js_type(value) == JS_LONG)
        return json_object_get_int64(value);
    d = js_double(value, NAN);
    return d >= -0x1p63 && d < 0x1p63 && d == rint(d) ? (long)d : otherwise;
}

bool
js_bool(struct json_object *value, bool otherwise)
{
    if (!json_object_is_type(value, json_type_boolean))
        return otherwise;
    return json_object_get_boolean(value) != 0;
}

const char *
js_text(struct arena *arena, struct json_object *value)
{
    return arena_strdup(arena,
                        json_object_to_json_string_ext(
                            value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}
