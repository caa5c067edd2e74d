/*
 * attributes: the metadata of a collection: names with a string, number or truth value each.
 *
 * Whole numbers that 64 bits hold stay whole, all others become doubles, written so that the
 * database keeps their point: it forgets exponents.
 */
#include "chroma/attributes.h"

#include "base/digits.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static struct str
number(struct arena *arena, double value)
{
    char text[DIGITS_ROOM];

    digits_double(text, value);
    if (strchr(text, 'e') != NULL && fabs(value) >= 1 && fabs(value) < 0x1p63)
        snprintf(text, sizeof text, "%.1f", value);
    return str_of(arena_strdup(arena, text));
}

static bool
scan_number(struct scan *scan, struct str *json)
{
    const struct scan begin = *scan;
    double value;
    long whole;

    if (!scan_raw(scan, json))
        return false;
    if (str_to_long(*json, LONG_MIN, LONG_MAX, &whole))
        return true;
    *scan = begin;
    if (!scan_double(scan, &value))
        return false;
    *json = number(scan->arena, value);
    return true;
}

static bool
scan_value(struct scan *scan, struct str *json)
{
    enum scan_type type = scan_peek(scan);

    if (type == SCAN_NUMBER)
        return scan_number(scan, json);
    if (type == SCAN_STRING || type == SCAN_BOOL)
        return scan_raw(scan, json);
    if (type == SCAN_BAD)
        return scan_skip(scan);
    return scan_refuse(scan, ERR_SHAPE, "data did not match any variant of MetadataValue");
}

static void
check_key(struct attributes *attributes, const char *field, struct str key)
{
    if (key.len == 0)
        err_set(&attributes->refused, ERR_INPUT,
                "Validation error: %s: Metadata key cannot be empty", field);
    else if (key.at[0] == '#' || key.at[0] == '$')
        err_set(&attributes->refused, ERR_INPUT,
                "Validation error: %s: Metadata key cannot start with '#' or '$': %.*s", field,
                (int)(key.len < 100 ? key.len : 100), key.at);
}

bool
attributes_scan(struct scan *scan, const char *field, bool allows_null,
                struct attributes *attributes)
{
    struct str key, json = {NULL, 0};
    struct emit emit;
    struct buf buf;
    bool any = false;

    *attributes = (struct attributes){.json = {NULL, 0}};
    if (scan_null(scan))
        return true;
    if (!scan_object(scan))
        return false;
    buf_start(&buf, scan->arena, 200);
    emit_start(&emit, &buf);
    emit_object(&emit, NULL);
    while (scan_member(scan, &key)) {
        any = true;
        check_key(attributes, field, key);
        if (allows_null && scan_null(scan))
            continue;
        if (!scan_value(scan, &json))
            return false;
        emit_raw(&emit, str_copy(scan->arena, key), str_copy(scan->arena, json));
        if (str_starts(key, "hnsw:"))
            config_legacy(&attributes->legacy, key, json, scan->arena);
    }
    if (scan->err->kind != ERR_NONE)
        return false;
    emit_object_end(&emit);
    if (!any)
        err_set(&attributes->refused, ERR_INPUT,
                "Validation error: %s: Metadata cannot be empty", field);
    attributes->json = (struct str){buf.data, buf.len};
    return true;
}

void
attributes_emit(struct emit *emit, const char *name, struct json_object *kept,
                struct arena *arena)
{
    struct js_place place = {NULL, NULL, NULL};

    if (js_count(kept) == 0) {
        emit_null(emit, name);
        return;
    }
    emit_object(emit, name);
    while (js_next(kept, &place))
        if (js_type(place.value) == JS_DOUBLE)
            emit_double(emit, place.name, js_double(place.value, 0));
        else
            emit_raw(emit, place.name, js_text(arena, place.value));
    emit_object_end(emit);
}
