/*
 * shape: what a reply must look like, as a table from which its JSON Schema is written and by
 * which it is checked.
 */
#include "llm/shape.h"

#include "base/emit.h"
#include "base/js.h"

#include <stdio.h>
#include <string.h>

static const char *const kind_schema[] = {
    [SHAPE_TEXT] = "{\"type\":\"string\"}",
    [SHAPE_TEXT_OR_NULL] = "{\"type\":[\"string\",\"null\"]}",
    [SHAPE_WHOLE] = "{\"type\":\"integer\"}",
    [SHAPE_NUMBER] = "{\"type\":\"number\"}",
    [SHAPE_FLAG] = "{\"type\":\"boolean\"}",
    [SHAPE_TEXTS] = "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}",
    [SHAPE_ITEMS] = NULL,
};

/* clang-format off */
static const char *const kind_words[] = {
    [SHAPE_TEXT] = "a string",          [SHAPE_TEXT_OR_NULL] = "a string or null",
    [SHAPE_WHOLE] = "an integer",       [SHAPE_NUMBER] = "a number",
    [SHAPE_FLAG] = "true or false",     [SHAPE_TEXTS] = "an array of strings",
    [SHAPE_ITEMS] = "an array",
};
/* clang-format on */

/* A table holds tables at most two deep, as their writers see. */
/* NOLINTNEXTLINE(misc-no-recursion) */
static void
write_object(struct arena *arena, const struct shape *members, struct emit *emit,
             const char *name)
{
    emit_object(emit, name);
    emit_text(emit, "type", "object");
    emit_bool(emit, "additionalProperties", false);
    emit_array(emit, "required");
    for (const struct shape *at = members; at->name != NULL; at++)
        emit_text(emit, NULL, at->name);
    emit_array_end(emit);
    emit_object(emit, "properties");
    for (const struct shape *at = members; at->name != NULL; at++) {
        if (at->kind != SHAPE_ITEMS) {
            emit_raw(emit, at->name, kind_schema[at->kind]);
            continue;
        }
        emit_object(emit, at->name);
        emit_text(emit, "type", "array");
        write_object(arena, at->items, emit, "items");
        emit_object_end(emit);
    }
    emit_object_end(emit);
    emit_object_end(emit);
}

const char *
shape_schema(struct arena *arena, const struct shape *members)
{
    struct emit emit;
    struct buf text;

    buf_start(&text, arena, 1024);
    emit_start(&emit, &text);
    write_object(arena, members, &emit, NULL);
    return text.data;
}

static bool
is_texts(struct json_object *value)
{
    if (js_type(value) != JS_ARRAY)
        return false;
    for (size_t i = 0; i < js_count(value); i++)
        if (js_type(js_item(value, i)) != JS_STRING)
            return false;
    return true;
}

static bool
is_kind(enum shape_kind kind, struct json_object *value)
{
    enum js_type type = js_type(value);

    switch (kind) {
    case SHAPE_TEXT: return type == JS_STRING;
    case SHAPE_TEXT_OR_NULL: return type == JS_STRING || type == JS_NULL;
    case SHAPE_WHOLE: return type == JS_LONG;
    case SHAPE_NUMBER: return type == JS_LONG || type == JS_DOUBLE;
    case SHAPE_FLAG: return type == JS_BOOL;
    case SHAPE_TEXTS: return is_texts(value);
    case SHAPE_ITEMS: return type == JS_ARRAY;
    }
    return false;
}

static bool
is_member(const struct shape *members, const char *name)
{
    for (; members->name != NULL; members++)
        if (strcmp(members->name, name) == 0)
            return true;
    return false;
}

#define PLACE_ROOM 120

/* NOLINTNEXTLINE(misc-no-recursion) */
static bool
check_object(const struct shape *members, struct json_object *value, const char *place,
             struct err *err)
{
    if (js_type(value) != JS_OBJECT)
        return err_set(err, ERR_SHAPE, "%s must be an object",
                       place[0] == '\0' ? "the reply" : place);
    for (struct js_place at = {0}; js_next(value, &at);)
        if (!is_member(members, at.name))
            return err_set(err, ERR_SHAPE, "%s%.40s is not a member", place, at.name);
    for (; members->name != NULL; members++) {
        struct json_object *member = js_find(value, members->name);

        if (!js_has(value, members->name))
            return err_set(err, ERR_SHAPE, "%s%s is missing", place, members->name);
        if (!is_kind(members->kind, member))
            return err_set(err, ERR_SHAPE, "%s%s must be %s", place, members->name,
                           kind_words[members->kind]);
        for (size_t i = 0; members->kind == SHAPE_ITEMS && i < js_count(member); i++) {
            char inner[PLACE_ROOM];

            snprintf(inner, sizeof inner, "%.40s%s[%zu].", place, members->name, i);
            if (!check_object(members->items, js_item(member, i), inner, err))
                return false;
        }
    }
    return true;
}

bool
shape_fits(const struct shape *members, struct json_object *value, struct err *err)
{
    return check_object(members, value, "", err);
}
