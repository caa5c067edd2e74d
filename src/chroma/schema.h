/*
 * schema: which values of a collection's records are indexed, as Chroma's clients read it.
 *
 * It tells the defaults for each kind of value, the two keys that every collection has, what
 * the client said at creation, and each key of the metadata seen so far.
 */
#ifndef CHROMA_SCHEMA_H
#define CHROMA_SCHEMA_H

#include "base/emit.h"
#include "base/js.h"

struct chroma_schema {
    struct str space;
    struct json_object *configuration; /* as the database keeps it */
    struct json_object *given;         /* at creation; NULL: nothing */
    struct json_object *seen;          /* {"key": ["string", ...]} */
};

void chroma_schema_emit(struct emit *emit, const char *name, const struct chroma_schema *schema,
                        struct arena *arena);

#endif
