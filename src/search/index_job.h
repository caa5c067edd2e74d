/*
 * index_job: build the HNSW indexes that collections have earned, without stopping anybody.
 *
 * A collection with `threshold` embeddings gets an index by CREATE INDEX CONCURRENTLY; searches
 * are exact until it is there, and readers and writers go on meanwhile.  What a crash left half
 * built is dropped and built again.  The statements are made by sql/functions/index.sql.
 */
#ifndef SEARCH_INDEX_JOB_H
#define SEARCH_INDEX_JOB_H

#include "base/arena.h"
#include "base/err.h"
#include "db/conn.h"

#include <stdbool.h>

struct index_job {
    long threshold; /* embeddings */
    long memory_mb; /* at most, for one build */
    long workers;   /* parallel, besides the one that leads */
    bool serial;    /* the last build failed: try without parallel workers */
};

/* Look once and do all that is due.  False when something failed; the rest of the work waits for
   the next call.  A build ends early, ERR_GONE, when the descriptor that `conn` watches hangs up. */
bool index_job_step(struct index_job *job, struct conn *conn, struct arena *arena,
                    struct err *err);

#endif
