/*
 * schema: which values of a collection's records are indexed, as Chroma's clients read it.
 *
 * It tells the defaults for each kind of value, the two keys that every collection has, what
 * the client said at creation, and each key of the metadata seen so far.  Here every key is
 * indexed; what a schema switches off is told back and costs nothing less.
 */
#ifndef CHROMA_SCHEMA_H
#define CHROMA_SCHEMA_H

#include "base/emit.h"
#include "base/js.h"
#include "base/scan.h"
#include "chroma/config.h"

#include <stdbool.h>

/* One index of one kind of value. */
struct chroma_schema_index {
    const char *kind, *name;
    bool enabled;       /* without a word of the client */
    const char *config; /* ... and its settings; NULL: the collection's vector index */
};

enum {
    CHROMA_SCHEMA_FTS,
    CHROMA_SCHEMA_STRING,
    CHROMA_SCHEMA_VECTOR,
    CHROMA_SCHEMA_SPARSE,
    CHROMA_SCHEMA_INT,
    CHROMA_SCHEMA_FLOAT,
    CHROMA_SCHEMA_BOOL,
    CHROMA_SCHEMA_INDEXES
};

extern const struct chroma_schema_index chroma_schema_indexes[CHROMA_SCHEMA_INDEXES];

#define CHROMA_SCHEMA_DOCUMENT  "#document"
#define CHROMA_SCHEMA_EMBEDDING "#embedding"

struct chroma_schema_given {
    struct str json;      /* as the database keeps it; absent: nothing but the defaults */
    struct config vector; /* what it says of the embeddings' index */
    struct err refused;   /* a rule that Chroma checks when all has the right shape */
};

/* The value of "schema", or null. */
bool chroma_schema_scan(struct scan *scan, struct chroma_schema_given *given);

struct chroma_schema {
    struct str space;
    struct json_object *configuration; /* as the database keeps it */
    struct json_object *given;         /* at creation; NULL: nothing */
    struct json_object *seen;          /* {"key": ["string", ...]} */
};

void chroma_schema_emit(struct emit *emit, const char *name, const struct chroma_schema *schema,
                        struct arena *arena);

#endif
