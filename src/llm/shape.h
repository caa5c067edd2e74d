/*
 * shape: what a reply must look like, as a table from which its JSON Schema is written and by
 * which it is checked.
 *
 * All members are required and no others are allowed, as strict schemas want it.
 */
#ifndef LLM_SHAPE_H
#define LLM_SHAPE_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

struct json_object;

enum shape_kind {
    SHAPE_TEXT,
    SHAPE_TEXT_OR_NULL,
    SHAPE_WHOLE, /* an integer */
    SHAPE_NUMBER,
    SHAPE_FLAG,
    SHAPE_TEXTS, /* an array of texts */
    SHAPE_ITEMS, /* an array of objects of the shape `items` */
};

struct shape {
    const char *name; /* NULL ends the table */
    enum shape_kind kind;
    const struct shape *items;
};

const char *shape_schema(struct arena *arena, const struct shape *members);

/* ERR_SHAPE with the place: "sentences[3].text must be a string". */
bool shape_fits(const struct shape *members, struct json_object *value, struct err *err);

#endif
