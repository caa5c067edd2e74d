/*
 * sink: what ingestion writes, as records of a collection.
 *
 * The collection is made when it is not there; one that holds embeddings of another maker is
 * refused before anything is read.  Each write is one round trip and one transaction.
 */
#ifndef INGEST_SINK_H
#define INGEST_SINK_H

#include "db/claims.h"
#include "db/conn.h"
#include "ingest/ingest.h"

struct sink {
    struct conn *conn;
    const struct claims *claims;
    struct str database, collection;
    const char *model; /* name of what makes the vectors, or NULL */
    size_t dims;       /* of them */
    bool dry_run;      /* a collection that is not there is not made and holds nothing */
};

struct ingest_sink sink_bind(struct sink *sink);

#endif
