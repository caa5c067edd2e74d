/*
 * schema_object: the words that look into an object.
 */
#include "base/emit.h"
#include "tool/schema_part.h"

#include <math.h>

#define NAMES_MOST 40 /* members of one object that are compared for a hint */

/* NOLINTBEGIN(misc-no-recursion): never deeper than SCHEMA_DEPTH */

static bool
unknown(const struct schema_eval *eval, const struct trail *at, struct json_object *known)
{
    const char *names[NAMES_MOST] = {NULL}, *nearest;
    size_t count = 0;

    if (eval->err == NULL)
        return false;
    for (struct js_place p = {0}; count < NAMES_MOST && js_next(known, &p);)
        names[count++] = p.name;
    nearest = str_nearest(at->name, names, count);
    if (nearest == NULL)
        return schema_refuse(eval, at, "is not known here");
    return schema_refuse(eval, at, "is not known here (did you mean %s?)", nearest);
}

/* By its name; a null that counts as absent is not looked at. */
static bool
named(const struct schema_eval *eval, const struct js_place *member, const struct trail *at,
      bool *known_out)
{
    struct json_object *properties = js_find(eval->rule, "properties");
    struct json_object *rule = js_find(properties, member->name);

    *known_out = js_has(properties, member->name);
    if (!*known_out || (member->value == NULL && eval->schema->null_is_absent &&
                        !schema_value_allows_null(rule)))
        return true;
    return schema_inside(eval, rule, member->value, at);
}

static bool
patterned(const struct schema_eval *eval, const struct js_place *member, const struct trail *at,
          bool *known_out)
{
    for (struct js_place p = {0}; js_next(js_find(eval->rule, "patternProperties"), &p);) {
        if (!schema_pattern_matches(eval->schema, str_of(p.name), str_of(member->name)))
            continue;
        *known_out = true;
        if (!schema_inside(eval, p.value, member->value, at))
            return false;
    }
    return true;
}

static bool
other(const struct schema_eval *eval, const struct js_place *member, const struct trail *at,
      bool *known_out)
{
    struct json_object *rule = js_find(eval->rule, "additionalProperties");

    if (*known_out || !js_has(eval->rule, "additionalProperties"))
        return true;
    if (js_type(rule) == JS_BOOL && !js_bool(rule, true))
        return unknown(eval, at, js_find(eval->rule, "properties"));
    *known_out = true;
    return schema_inside(eval, rule, member->value, at);
}

static bool
name_fits(const struct schema_eval *eval, const struct js_place *member, const struct trail *at)
{
    struct json_object *name;
    struct buf text;
    struct emit emit;
    struct err ignored = {.kind = ERR_NONE};

    if (!js_has(eval->rule, "propertyNames"))
        return true;
    if (!schema_spend(eval->schema, 64))
        return false;
    buf_start(&text, eval->schema->arena, 64);
    emit_start(&emit, &text);
    emit_text(&emit, NULL, member->name);
    return js_parse(eval->schema->arena, (struct str){text.data, text.len}, &name, &ignored) &&
           (schema_inside(eval, js_find(eval->rule, "propertyNames"), name, at));
}

static bool
members(const struct schema_eval *eval)
{
    size_t index = 0;

    for (struct js_place p = {0}; js_next(eval->value, &p); index++) {
        struct trail at = trail_member(eval->at, p.name);
        bool known;

        if (!named(eval, &p, &at, &known) || !patterned(eval, &p, &at, &known) ||
            !other(eval, &p, &at, &known) || !name_fits(eval, &p, &at))
            return false;
        if (known)
            schema_mark(eval, index);
    }
    return true;
}

static bool
is_there(const struct schema_eval *eval, const char *name)
{
    struct json_object *rule = js_find(js_find(eval->rule, "properties"), name);

    if (js_find(eval->value, name) != NULL || !js_has(eval->value, name))
        return js_has(eval->value, name);
    return !eval->schema->null_is_absent || (rule != NULL && schema_value_allows_null(rule));
}

static bool
all_there(const struct schema_eval *eval, struct json_object *names, const char *because)
{
    for (size_t i = 0; i < js_count(names); i++) {
        const char *name = js_str(js_item(names, i)).at;
        struct trail at;

        if (name == NULL || is_there(eval, name))
            continue;
        at = trail_member(eval->at, name);
        return because == NULL ? schema_refuse(eval, &at, "is required")
                               : schema_refuse(eval, &at, "is required with %s", because);
    }
    return true;
}

static bool
required(const struct schema_eval *eval)
{
    if (!all_there(eval, js_find(eval->rule, "required"), NULL))
        return false;
    for (struct js_place p = {0}; js_next(js_find(eval->rule, "dependentRequired"), &p);)
        if (is_there(eval, p.name) && !all_there(eval, p.value, p.name))
            return false;
    return true;
}

bool
schema_object_fits(const struct schema_eval *eval)
{
    return members(eval) && required(eval);
}

bool
schema_object_rest(const struct schema_eval *eval)
{
    struct json_object *rule = js_find(eval->rule, "unevaluatedProperties");
    size_t index = 0;

    if (!js_has(eval->rule, "unevaluatedProperties"))
        return true;
    for (struct js_place p = {0}; js_next(eval->value, &p); index++) {
        struct trail at = trail_member(eval->at, p.name);

        if (eval->seen->marks[index])
            continue;
        if (js_type(rule) == JS_BOOL && !js_bool(rule, true))
            return unknown(eval, &at, js_find(eval->rule, "properties"));
        if (!schema_inside(eval, rule, p.value, &at))
            return false;
        schema_mark(eval, index);
    }
    return true;
}

/* NOLINTEND(misc-no-recursion) */
