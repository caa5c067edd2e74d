/*
 * grounding: of what a language model read in a text, what stands there.
 *
 * An entity counts when its quote stands in the text, a relation when its quote does and its
 * subject and object are entities that count, by their names or aliases.  All else is dropped
 * and counted.
 */
#ifndef GRAPH_GROUNDING_H
#define GRAPH_GROUNDING_H

#include "base/arena.h"
#include "base/emit.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

#define GROUNDING_ENTITIES  64 /* of one reply */
#define GROUNDING_RELATIONS 128

struct json_object;

struct grounding_entity {
    struct str key, name, type;
    long start, stop; /* code points of the document: the name in its quote, else the quote */
};

struct grounding {
    struct grounding_entity entities[GROUNDING_ENTITIES];
    size_t entities_count;
    size_t dropped; /* entities and relations that nothing bears out */
};

/* The JSON Schema of a reply, and whether one is of it. */
const char *grounding_schema(struct arena *arena);
bool grounding_fits(struct json_object *reply, struct err *err);

/* `text` is the part of the record's document that was read and begins at code point `offset`
   of it.  Relations are written as items of the open array `relations` (graph/relation.h). */
void grounding_judge(struct arena *arena, struct json_object *reply, struct str text,
                     long offset, struct str record, struct emit *relations,
                     struct grounding *grounding);

#endif
