/*
 * schema_list: the words that look into a list.
 */
#include "tool/schema_part.h"

#include <math.h>
#include <stdlib.h>

/* NOLINTBEGIN(misc-no-recursion): never deeper than SCHEMA_DEPTH */

static bool
item_fits(const struct schema_eval *eval, struct json_object *rule, size_t index)
{
    struct trail at = trail_item(eval->at, index);

    schema_mark(eval, index);
    return schema_inside(eval, rule, js_item(eval->value, index), &at);
}

static bool
items(const struct schema_eval *eval)
{
    struct json_object *first = js_find(eval->rule, "prefixItems");
    size_t count = js_count(eval->value), i = 0;

    for (; i < js_count(first) && i < count; i++)
        if (!item_fits(eval, js_item(first, i), i))
            return false;
    for (; js_has(eval->rule, "items") && i < count; i++)
        if (!item_fits(eval, js_find(eval->rule, "items"), i))
            return false;
    return true;
}

static size_t
containing(const struct schema_eval *eval)
{
    struct schema_eval quiet = *eval;
    size_t found = 0;

    quiet.err = NULL;
    for (size_t i = 0; i < js_count(eval->value); i++)
        if (schema_inside(&quiet, js_find(eval->rule, "contains"), js_item(eval->value, i),
                          eval->at)) {
            schema_mark(eval, i);
            found++;
        }
    return found;
}

static bool
contains(const struct schema_eval *eval)
{
    double least = js_double(js_find(eval->rule, "minContains"), 1);
    double most = js_double(js_find(eval->rule, "maxContains"), INFINITY);
    double found;

    if (!js_has(eval->rule, "contains"))
        return true;
    found = (double)containing(eval);
    if (found < least)
        return schema_refuse(eval, eval->at,
                             "must have at least %.15g items of a form that %.15g have", least,
                             found);
    return found <= most ||
           schema_refuse(eval, eval->at,
                         "must have at most %.15g items of a form that %.15g have", most,
                         found);
}

struct hashed {
    unsigned long hash;
    size_t index;
};

static int
by_hash(const void *left, const void *right)
{
    const struct hashed *a = left, *b = right;

    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return a->index < b->index ? -1 : 1;
}

static bool
twice(const struct schema_eval *eval, size_t a, size_t b)
{
    return schema_equal(js_item(eval->value, a), js_item(eval->value, b)) &&
           !schema_refuse(eval, eval->at, "must not have the same item twice: [%zu] and [%zu]",
                          a, b);
}

/* Only items of the same hash are compared. */
static bool
unique(const struct schema_eval *eval)
{
    size_t count = js_count(eval->value);
    struct hashed *list;

    if (!js_bool(js_find(eval->rule, "uniqueItems"), false) || count < 2)
        return true;
    if (!schema_spend(eval->schema, count * sizeof *list))
        return false;
    list = arena_take(eval->schema->arena, count * sizeof *list);
    for (size_t i = 0; i < count; i++)
        list[i] = (struct hashed){schema_equal_hash(js_item(eval->value, i)), i};
    qsort(list, count, sizeof *list, by_hash);
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count && list[j].hash == list[i].hash; j++)
            if (!schema_spend(eval->schema, 1) || twice(eval, list[i].index, list[j].index))
                return false;
    return true;
}

bool
schema_list_fits(const struct schema_eval *eval)
{
    return items(eval) && unique(eval) && contains(eval);
}

bool
schema_list_rest(const struct schema_eval *eval)
{
    struct json_object *rule = js_find(eval->rule, "unevaluatedItems");

    if (!js_has(eval->rule, "unevaluatedItems"))
        return true;
    for (size_t i = 0; i < js_count(eval->value); i++)
        if (!eval->seen->marks[i] && !item_fits(eval, rule, i))
            return false;
    return true;
}

/* NOLINTEND(misc-no-recursion) */
