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
#include <stdint.h>

#define INDEX_JOB_SLOTS 64

struct index_job {
    long threshold; /* embeddings */
    long memory_mb; /* at most, for one build */
    long workers;   /* parallel, besides the one that leads */
    /* Collections whose build failed rest for a while; by number modulo the slots, so that
       one may push out another, which is then merely tried sooner. */
    struct index_job_rest {
        long number;
        int failures;
        int64_t until; /* clock_us() */
    } rest[INDEX_JOB_SLOTS];
};

/* Look once and do all that is due.  False when something failed; others were done
   nevertheless. A build that failed is tried again without parallel workers (their shared
   memory may be what was missing) after a second, then ever more rarely.  A build ends early,
   ERR_GONE, when the descriptor that `conn` watches hangs up. */
bool index_job_step(struct index_job *job, struct conn *conn, struct arena *arena,
                    struct err *err);

/* From another connection: cancel builds that keep somebody from deleting their collection.
   They are due again after a second if it is still there. */
bool index_job_give_way(struct conn *conn, struct arena *arena, struct err *err);

#endif
