/*
 * schema_apply: the words that put other subschemas on the same value, and references.
 */
#include "tool/schema_part.h"

#include <stdio.h>
#include <string.h>

#define REASONS 180 /* bytes of what several forms say of a value */

/* NOLINTBEGIN(misc-no-recursion): never deeper than SCHEMA_DEPTH */

static bool
all_of(const struct schema_eval *eval)
{
    struct json_object *rules = js_find(eval->rule, "allOf");

    for (size_t i = 0; i < js_count(rules); i++)
        if (!schema_also(eval, js_item(rules, i), eval->err))
            return false;
    return true;
}

static void
add_reason(char reasons[REASONS], const struct err *why)
{
    size_t used = strlen(reasons);

    if (used == 0 || strstr(reasons, why->text) == NULL)
        snprintf(reasons + used, REASONS - used, "%s%s", used == 0 ? "" : "; or ", why->text);
}

/* How many of the forms fit; what the others say of the value is written down. */
static size_t
forms(const struct schema_eval *eval, struct json_object *rules, char reasons[REASONS])
{
    size_t fit = 0;

    reasons[0] = '\0';
    for (size_t i = 0; i < js_count(rules); i++) {
        struct err why = {.kind = ERR_NONE};

        if (schema_also(eval, js_item(rules, i), eval->err == NULL ? NULL : &why))
            fit++;
        else if (eval->err != NULL)
            add_reason(reasons, &why);
    }
    return fit;
}

static bool
any_of(const struct schema_eval *eval)
{
    struct json_object *rules = js_find(eval->rule, "anyOf");
    char reasons[REASONS];

    return js_type(rules) != JS_ARRAY || forms(eval, rules, reasons) > 0 ||
           schema_refuse(eval, eval->at, "must have one of %zu forms: %s", js_count(rules),
                         reasons);
}

static bool
one_of(const struct schema_eval *eval)
{
    struct json_object *rules = js_find(eval->rule, "oneOf");
    char reasons[REASONS];
    size_t fit = js_type(rules) == JS_ARRAY ? forms(eval, rules, reasons) : 1;

    if (fit == 1)
        return true;
    if (fit == 0)
        return schema_refuse(eval, eval->at, "must have one of %zu forms: %s", js_count(rules),
                             reasons);
    return schema_refuse(eval, eval->at, "must have one form only, but %zu of %zu fit it", fit,
                         js_count(rules));
}

static bool
negated(const struct schema_eval *eval)
{
    struct schema_eval inner = *eval;

    if (!js_has(eval->rule, "not"))
        return true;
    inner.rule = js_find(eval->rule, "not");
    inner.seen = NULL;
    inner.err = NULL;
    return !schema_evaluate(&inner) ||
           schema_refuse(eval, eval->at, "must not have the form that is excluded");
}

static bool
conditional(const struct schema_eval *eval)
{
    const char *next;

    if (!js_has(eval->rule, "if"))
        return true;
    next = schema_also(eval, js_find(eval->rule, "if"), NULL) ? "then" : "else";
    return !js_has(eval->rule, next) || schema_also(eval, js_find(eval->rule, next), eval->err);
}

static bool
dependent(const struct schema_eval *eval)
{
    for (struct js_place p = {0}; js_next(js_find(eval->rule, "dependentSchemas"), &p);)
        if (js_has(eval->value, p.name) && !schema_also(eval, p.value, eval->err))
            return false;
    return true;
}

static bool
enter(const struct schema_eval *eval, const struct schema_target *target)
{
    struct schema_scope scope = {eval->scope, target->resource};
    struct schema_eval inner = *eval;

    inner.rule = target->node;
    if (target->resource != eval->scope->resource)
        inner.scope = &scope;
    return schema_evaluate(&inner);
}

static bool
reference(const struct schema_eval *eval)
{
    struct str ref = js_str(js_find(eval->rule, "$ref"));
    struct schema_target target;

    return ref.at == NULL ||
           (schema_index_find(eval->schema, eval->scope->resource, ref, &target) &&
            enter(eval, &target));
}

/* The outermost place that the evaluation came through decides what a dynamic name means (Core,
   8.2.3.2). */
static bool
dynamic_reference(const struct schema_eval *eval)
{
    struct str ref = js_str(js_find(eval->rule, "$dynamicRef"));
    struct schema_target target;

    if (ref.at == NULL)
        return true;
    if (!schema_index_find(eval->schema, eval->scope->resource, ref, &target))
        return false;
    if (target.anchor == NULL || !target.anchor->dynamic)
        return enter(eval, &target);
    ref = target.anchor->name;
    for (const struct schema_scope *scope = eval->scope; scope != NULL; scope = scope->up) {
        const struct schema_anchor *anchor =
            schema_index_dynamic(eval->schema, scope->resource, ref);

        if (anchor != NULL)
            target = (struct schema_target){anchor->resource, anchor->node, anchor};
    }
    return enter(eval, &target);
}

bool
schema_apply(const struct schema_eval *eval)
{
    return reference(eval) && dynamic_reference(eval) && all_of(eval) && any_of(eval) &&
           one_of(eval) && negated(eval) && conditional(eval) && dependent(eval);
}

/* NOLINTEND(misc-no-recursion) */
