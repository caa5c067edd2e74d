/*
 * where: a filter on metadata, written as in Chroma, compiled to one jsonpath predicate.
 *
 *     {"lang": "en"}                           {"year": {"$gte": 2020, "$lt": 2024}}
 *     {"$and": [..]}  {"$or": [..]}            {"tags": {"$contains": "c"}}
 *     $eq $ne $gt $gte $lt $lte $in $nin $contains $not_contains; several members: all hold
 *
 * The text is bound as a parameter to `metadata operator(kvasir.@@) $n::jsonpath`; names and
 * strings are quoted into it, so nothing of a caller ever becomes syntax.  Numbers compare with
 * numbers only, whole or not, strings with strings, booleans with booleans.  $ne, $nin and
 * $not_contains are the exact opposite of $eq, $in and $contains: they match records without
 * the key too.  $contains looks into lists; the other operators match single values only.
 */
#ifndef STORE_WHERE_H
#define STORE_WHERE_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

#define WHERE_DEPTH      16   /* $and and $or inside each other */
#define WHERE_CONDITIONS 1000 /* comparisons in all; each value of $in is one */

struct json_object;

/* NULL where, JSON null and {} give NULL: nothing is filtered.  What is not a filter is
   ERR_SHAPE and says where: "where.$and[1].year.$gt must be a number". */
bool where_compile(struct arena *arena, struct json_object *where, const char **jsonpath_out,
                   struct err *err);

/* The predicate of one condition, for filters of another form: field `key`, operator `op`. */
bool where_condition(struct arena *arena, const char *key, const char *op,
                     struct json_object *value, const char **jsonpath_out, struct err *err);

#endif
