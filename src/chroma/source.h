/*
 * source: another Chroma server that is read from: its collections, and their records by pages.
 *
 * It is asked by the same API v2 that we serve.  What it says is untrusted: every answer is
 * checked like a client's request.
 */
#ifndef CHROMA_SOURCE_H
#define CHROMA_SOURCE_H

#include "chroma/attributes.h"
#include "chroma/config.h"

#include <stdbool.h>
#include <stddef.h>

struct source {
    const char *url; /* without a slash at its end */
    const char *key; /* sent as X-Chroma-Token and as a bearer token; "": none */
    const char *tenant, *database;
};

struct source_collection {
    struct str id, name;
    long dims; /* 0: no record yet */
    struct attributes metadata;
    struct config configuration; /* with a space */
};

/* All of the database, by name.  ERR_BUSY: the server cannot be reached or answers without
   sense; ERR_MISSING: it knows no such tenant or database; ERR_DENIED: it wants (another)
   key. */
bool source_collections(const struct source *source, struct arena *arena,
                        struct source_collection **list_out, size_t *count_out,
                        struct err *err);

bool source_count(const struct source *source, const struct source_collection *collection,
                  struct arena *arena, long *records_out, struct err *err);

struct source_range {
    long offset, limit; /* records passed over, and how many at most */
};

/* Records in the order in which they were added, as a JSON object with a column each for ids,
   embeddings, documents, metadatas and uris, which payload_read() takes. */
bool source_page(const struct source *source, const struct source_collection *collection,
                 const struct source_range *range, struct arena *arena, struct str *json_out,
                 struct err *err);

#endif
