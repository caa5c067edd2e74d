/*
 * js: JSON as a tree, for small things (tool arguments, schemas, model configurations).
 *
 * The only door to json-c.  Trees belong to the arena they were parsed into; a value found in a
 * tree is borrowed from it.  Large request bodies are read by base/scan instead.
 */
#ifndef BASE_JS_H
#define BASE_JS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

struct json_object; /* json-c's; other files only pass pointers to it */

enum js_type { JS_NULL, JS_BOOL, JS_LONG, JS_DOUBLE, JS_STRING, JS_ARRAY, JS_OBJECT };

/* Strict: one value, valid UTF-8, depth <= 64, nothing after it. ERR_INPUT otherwise. */
bool js_parse(struct arena *arena, struct str text, struct json_object **value_out,
              struct err *err);

enum js_type js_type(struct json_object *value);                           /* NULL is JS_NULL */
struct json_object *js_find(struct json_object *object, const char *name); /* or NULL */
bool js_has(struct json_object *object, const char *name); /* even with the value null */
size_t
js_count(struct json_object *value); /* items of an array, members of an object, else 0 */
struct json_object *js_item(struct json_object *array, size_t index);
/* The index-th member of an object in the order of its text. */
const char *js_member(struct json_object *object, size_t index, struct json_object **value_out);

/* All members one after the other, at a constant price each (js_member counts from the start):
       for (struct js_place at = {0}; js_next(object, &at);)  ... at.name, at.value ...  */
struct js_place {
    const char *name;
    struct json_object *value;
    const void *entry; /* json-c's */
};
bool js_next(struct json_object *object, struct js_place *place);

struct str js_str(struct json_object *value);            /* absent unless a string */
long js_long(struct json_object *value, long otherwise); /* a LONG, or a whole DOUBLE */
double js_double(struct json_object *value, double otherwise);
bool js_bool(struct json_object *value, bool otherwise);
const char *js_text(struct arena *arena, struct json_object *value); /* compact JSON text */

#endif
