/*
 * import: a collection of another Chroma server, copied into ours.
 *
 * Records are written as by upsert, a page a transaction, in the order in which they were added
 * there; so an import that was cut off is run again, and ends like one that was not.
 */
#ifndef CHROMA_IMPORT_H
#define CHROMA_IMPORT_H

#include "chroma/source.h"
#include "db/claims.h"
#include "db/conn.h"

#include <signal.h>
#include <stdbool.h>

struct import_progress {
    struct str collection;
    long found;          /* records there, when it began */
    long written, fresh; /* records so far, and how many of them were new here */
};

struct import {
    const struct source *source;
    struct conn *conn;
    const struct claims *claims;
    struct str database;               /* of ours; import_open() makes it */
    const volatile sig_atomic_t *stop; /* not 0: end after the page under way */
    void (*show)(void *self, const struct import_progress *progress); /* after each page */
    void *show_self;
};

/* Makes the database where it is missing. */
bool import_open(const struct import *import, struct arena *arena, struct err *err);

/* Makes the collection with the same name, space, metadata and configuration where it is
   missing, and copies all records.  ERR_CONFLICT: one of that name is here with another space,
   or holds other records as well; ERR_GONE: stopped.  Else as source.h and payload.h. */
bool import_collection(const struct import *import, const struct source_collection *collection,
                       struct import_progress *progress, struct err *err);

#endif
