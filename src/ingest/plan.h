/*
 * plan: which records of a file are new, which stay and which go.
 *
 * A passage with the hash of an old record is that record, wherever in the file it stands now.
 * Others take the number of their place in the file when it is free, else the lowest free one.
 */
#ifndef INGEST_PLAN_H
#define INGEST_PLAN_H

#include "ingest/ingest.h"

struct plan_item {
    struct str id;
    bool is_new; /* to be embedded and written whole */
};

struct plan {
    struct plan_item *items; /* one for each passage, in order */
    size_t fresh;            /* of them new */
    struct str *drop;        /* ids of old records that no passage has */
    size_t drop_count;
};

/* `hashes`: of the passages, in order. */
void plan_make(struct arena *arena, const char *source, const struct str *hashes, size_t count,
               struct ingest_list old, struct plan *plan_out);

#endif
