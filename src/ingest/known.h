/*
 * known: what earlier runs left, found by its source.
 */
#ifndef INGEST_KNOWN_H
#define INGEST_KNOWN_H

#include "ingest/plan.h"

struct known {
    struct ingest_known *at; /* sorted by source, else in the order in which they came */
    size_t count;
};

/* Sorts and keeps `rows`; those that are no work of ingestion are left out. */
void known_start(struct known *known, struct arena *arena, struct ingest_list rows);

struct ingest_list known_find(const struct known *known, struct str source);

/* The records of the source that begins at row `at`. */
struct ingest_list known_run(const struct known *known, size_t at);

#endif
