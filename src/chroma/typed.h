/*
 * typed: a record's metadata, checked and written anew so that the types of its values last.
 *
 * Values are strings, numbers, true and false, arrays of one of these (ints among floats become
 * floats), sparse vectors, and null, which takes a key away.  A whole number of int64 stays as
 * it is; every other is written with a point or beyond int64, by which jsonb keeps the two
 * apart.
 */
#ifndef CHROMA_TYPED_H
#define CHROMA_TYPED_H

#include "base/emit.h"
#include "base/scan.h"
#include "chroma/names.h"

#include <stdbool.h>
#include <stddef.h>

enum typed_kind { TYPED_STRING, TYPED_INT, TYPED_FLOAT, TYPED_BOOL, TYPED_SPARSE, TYPED_KINDS };

struct typed {
    struct names keys;
    unsigned char *kinds; /* of each key: bits of enum typed_kind */
    size_t room;
    bool keeps_nulls; /* nulls are written, to delete what is there; else left out */
    bool has_nulls;   /* some were written */
};

void typed_start(struct typed *typed, struct arena *arena, bool keeps_nulls);

/* One object; `index` is its place in the batch, for errors. */
bool typed_read(struct typed *typed, struct scan *scan, size_t index, struct str *json_out);

/* {"key": ["string", "int"], ...} of all that was read; NULL when there was nothing. */
const char *typed_keys(const struct typed *typed, struct arena *arena);

#endif
