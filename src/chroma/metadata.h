/*
 * metadata: what Postgres keeps of a record's metadata, as Chroma's clients read it.
 *
 * Postgres prints numbers in full, 1e300 with 301 digits.  What no int64 and no shortest double
 * would be written as becomes a shortest double again; all else is passed on as it is.
 */
#ifndef CHROMA_METADATA_H
#define CHROMA_METADATA_H

#include "base/emit.h"
#include "base/str.h"

/* The text of a jsonb value; an empty object and the absent text are null. */
void metadata_emit(struct emit *emit, const char *name, struct str json);

#endif
