/*
 * attributes: the metadata of a collection: names with a string, number or truth value each.
 */
#ifndef CHROMA_ATTRIBUTES_H
#define CHROMA_ATTRIBUTES_H

#include "base/emit.h"
#include "base/js.h"
#include "base/scan.h"
#include "chroma/config.h"

#include <stdbool.h>

struct attributes {
    struct str json;      /* as the database keeps it; absent: not said */
    struct config legacy; /* what its keys "hnsw:..." say of the index */
    struct err refused;   /* a rule that Chroma checks when all has the right shape */
};

/* The value of "metadata" or "new_metadata", or null; `field` is that name.  Where a null value
   is allowed it leaves its key out. */
bool attributes_scan(struct scan *scan, const char *field, bool allows_null,
                     struct attributes *attributes);

/* What the database kept, as it was given; nothing at all is null. */
void attributes_emit(struct emit *emit, const char *name, struct json_object *kept,
                     struct arena *arena);

#endif
