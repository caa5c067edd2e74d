/*
 * schema_scan: the schema that a client gives a new collection.
 *
 * Of it the vector index' part is a configuration in other words; the rest is kept as it came.
 */
#ifndef CHROMA_SCHEMA_SCAN_H
#define CHROMA_SCHEMA_SCAN_H

#include "chroma/config.h"

struct schema_given {
    struct str json;      /* absent: none was given */
    struct config config; /* of the vector index */
    bool has_more;        /* says something of other keys than every collection has */
};

/* The value of "schema", or null. */
bool schema_scan(struct scan *scan, struct schema_given *given);

/* A collection is set by its schema or its configuration, whichever says something; the other
   one is forgotten. */
bool schema_scan_reconcile(struct schema_given *given, struct config *config, struct err *err);

#endif
