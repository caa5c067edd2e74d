/*
 * schema: one subschema evaluated after the other, within bounds.
 */
#include "tool/schema.h"

#include "tool/schema_part.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool
schema_refuse(const struct schema_eval *eval, const struct trail *at, const char *fmt, ...)
{
    char place[TRAIL_TEXT], reason[220];
    va_list ap;

    assert(fmt != NULL);
    if (eval->err == NULL)
        return false;
    va_start(ap, fmt);
    vsnprintf(reason, sizeof reason, fmt, ap);
    va_end(ap);
    trail_write(at, place);
    return err_set(eval->err, ERR_INPUT, "%s %s", place[0] == '\0' ? "the arguments" : place,
                   reason);
}

bool
schema_break(struct schema *schema, const char *fmt, ...)
{
    char reason[200];
    va_list ap;

    assert(fmt != NULL);
    va_start(ap, fmt);
    vsnprintf(reason, sizeof reason, fmt, ap);
    va_end(ap);
    return err_set(&schema->broken, ERR_UNAVAILABLE, "%s", reason);
}

bool
schema_spend(struct schema *schema, size_t steps)
{
    if (schema->broken.kind != ERR_NONE)
        return false;
    if (steps > (size_t)schema->steps)
        return schema_break(schema, "checking this value by its schema takes too long");
    schema->steps -= (long)steps;
    return true;
}

void
schema_mark(const struct schema_eval *eval, size_t index)
{
    if (eval->seen != NULL && index < eval->seen->count)
        eval->seen->marks[index] = true;
}

/* NOLINTBEGIN(misc-no-recursion): never deeper than SCHEMA_DEPTH */

static bool
words(const struct schema_eval *eval)
{
    if (!schema_value_fits(eval))
        return false;
    if (js_type(eval->value) == JS_OBJECT)
        return schema_object_fits(eval) && schema_apply(eval) && schema_object_rest(eval);
    if (js_type(eval->value) == JS_ARRAY)
        return schema_list_fits(eval) && schema_apply(eval) && schema_list_rest(eval);
    return schema_apply(eval);
}

/* With marks of its own, which count outside when it fits. */
static bool
tracked(const struct schema_eval *eval)
{
    struct schema_seen own = {.count = js_count(eval->value)};
    struct schema_eval inner = *eval;

    inner.seen = NULL;
    if (!eval->schema->tracks || own.count == 0)
        return words(&inner);
    if (!schema_spend(eval->schema, own.count))
        return false;
    own.marks = arena_take(eval->schema->arena, own.count);
    inner.seen = &own;
    if (!words(&inner))
        return false;
    for (size_t i = 0; eval->seen != NULL && i < own.count; i++)
        eval->seen->marks[i] = eval->seen->marks[i] || own.marks[i];
    return true;
}

bool
schema_evaluate(const struct schema_eval *eval)
{
    struct schema *schema = eval->schema;
    struct schema_eval inner = *eval;
    struct schema_scope scope = {.up = eval->scope};

    if (js_type(eval->rule) == JS_BOOL)
        return js_bool(eval->rule, true) || schema_refuse(eval, eval->at, "is not allowed");
    if (js_type(eval->rule) != JS_OBJECT)
        return schema_break(schema, "a schema must be an object, true or false");
    if (++inner.depth > SCHEMA_DEPTH)
        return schema_break(schema, "the schema goes round in circles or is nested too deep");
    if (!schema_spend(schema, 1))
        return false;
    scope.resource = schema_index_of(schema, eval->rule, eval->scope->resource);
    if (scope.resource != eval->scope->resource)
        inner.scope = &scope;
    return tracked(&inner) && schema->broken.kind == ERR_NONE;
}

bool
schema_also(const struct schema_eval *eval, struct json_object *rule, struct err *err)
{
    struct schema_eval inner = *eval;

    inner.rule = rule;
    inner.err = err;
    return schema_evaluate(&inner);
}

bool
schema_inside(const struct schema_eval *eval, struct json_object *rule,
              struct json_object *value, const struct trail *at)
{
    struct schema_eval inner = *eval;

    inner.rule = rule;
    inner.value = value;
    inner.at = at;
    inner.seen = NULL;
    return schema_evaluate(&inner);
}

/* NOLINTEND(misc-no-recursion) */

struct schema *
schema_open(struct arena *arena, struct json_object *root)
{
    struct schema *schema = arena_take(arena, sizeof *schema);

    schema->arena = arena;
    schema_index(schema, "", root);
    return schema;
}

void
schema_add(struct schema *schema, const char *uri, struct json_object *root)
{
    schema_index(schema, arena_strdup(schema->arena, uri), root);
}

bool
schema_holds(struct schema *schema, struct json_object *value, struct err *err)
{
    struct trail top = trail_top("");
    struct schema_scope scope = {NULL, schema->root};
    struct schema_eval eval = {
        .schema = schema,
        .rule = schema->root->node,
        .value = value,
        .at = &top,
        .scope = &scope,
        .err = err,
    };
    bool holds;

    schema->steps = SCHEMA_STEPS;
    schema->broken = (struct err){.kind = ERR_NONE};
    holds = schema_evaluate(&eval);
    if (schema->broken.kind == ERR_NONE)
        return holds;
    *err = schema->broken;
    return false;
}

bool
schema_check(struct arena *arena, struct json_object *schema, struct json_object *value,
             struct err *err)
{
    struct schema *opened = schema_open(arena, schema);

    opened->null_is_absent = true;
    return schema_holds(opened, value, err);
}
