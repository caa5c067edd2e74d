/*
 * schema_accept: whether a schema is one, and can be run.
 */
#include "tool/schema_part.h"

#include <string.h>

#define META "{\"$ref\":\"https://json-schema.org/draft/2020-12/schema\"}"

/* NOLINTBEGIN(misc-no-recursion): as deep as a tree that base/js lets in */

typedef bool visit_fn(struct schema *schema, const struct schema_resource *resource,
                      struct json_object *rule, struct err *err);

/* Each subschema by its place, the outer ones first. */
static bool
each(struct schema *schema, const struct schema_resource *resource, struct json_object *rule,
     visit_fn *visit, struct err *err)
{
    if (js_type(rule) != JS_OBJECT)
        return true;
    resource = schema_index_of(schema, rule, resource);
    if (!visit(schema, resource, rule, err))
        return false;
    for (struct js_place p = {0}; js_next(rule, &p);) {
        enum schema_kind kind = schema_index_kind(p.name);

        if (kind == SCHEMA_ONE && !each(schema, resource, p.value, visit, err))
            return false;
        for (size_t i = 0; kind == SCHEMA_LIST && i < js_count(p.value); i++)
            if (!each(schema, resource, js_item(p.value, i), visit, err))
                return false;
        for (struct js_place q = {0}; kind == SCHEMA_MAP && js_next(p.value, &q);)
            if (!each(schema, resource, q.value, visit, err))
                return false;
    }
    return true;
}

/* NOLINTEND(misc-no-recursion) */

static bool
leads(struct schema *schema, const struct schema_resource *resource, struct str reference)
{
    struct schema_target target;

    return reference.at == NULL || schema_index_find(schema, resource, reference, &target);
}

static bool
can_run(struct schema *schema, const struct schema_resource *resource, struct json_object *rule,
        struct err *err)
{
    struct str pattern = js_str(js_find(rule, "pattern"));
    bool good = leads(schema, resource, js_str(js_find(rule, "$ref"))) &&
                leads(schema, resource, js_str(js_find(rule, "$dynamicRef"))) &&
                (pattern.at == NULL || schema_pattern_reads(schema, pattern));

    for (struct js_place p = {0}; good && js_next(js_find(rule, "patternProperties"), &p);)
        good = schema_pattern_reads(schema, str_of(p.name));
    return good || err_set(err, ERR_INPUT, "%s", schema->broken.text);
}

bool
schema_accept(struct arena *arena, struct json_object *schema, struct err *err)
{
    struct json_object *meta;
    struct schema *opened;

    if (!js_parse(arena, STR(META), &meta, err) ||
        !schema_holds(schema_open(arena, meta), schema, err))
        return false;
    opened = schema_open(arena, schema);
    opened->steps = SCHEMA_STEPS;
    return each(opened, opened->root, schema, can_run, err);
}

static bool
is_known(struct schema *schema, const struct schema_resource *resource,
         struct json_object *rule, struct err *err)
{
    (void)resource;
    for (struct js_place p = {0}; js_next(rule, &p);)
        if (schema_index_kind(p.name) == SCHEMA_NO_WORD && strcmp(p.name, "x-mcp-header") != 0)
            return err_set(err, ERR_INPUT, "%s is not checked", p.name);
    return !js_has(rule, "default") ||
           schema_check(schema->arena, rule, js_find(rule, "default"), err);
}

bool
schema_is_known(struct arena *arena, struct json_object *schema, struct err *err)
{
    struct schema *opened = schema_open(arena, schema);

    return each(opened, opened->root, schema, is_known, err);
}
