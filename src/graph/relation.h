/*
 * relation: what somebody says of entities, with the places in records that it was read from.
 *
 * A batch is written as the JSON array that kvasir.relation_put() takes
 * (sql/functions/graph_relation.sql), names being turned into keys here.  The database checks
 * each quote against the record it is said to stand in.
 */
#ifndef GRAPH_RELATION_H
#define GRAPH_RELATION_H

#include "base/emit.h"
#include "db/pipe.h"

#include <stdbool.h>
#include <stddef.h>

#define RELATION_PREDICATE_MAX 100   /* characters */
#define RELATION_VALUE_MAX     10000 /* characters of a literal */

struct relation_evidence {
    struct str record; /* id */
    struct str quote;  /* absent: whatever stands from start to end */
    long start, end;   /* characters of the document; -1: found by the quote */
    double confidence; /* 0 to 1; below 0: not told */
};

struct relation {
    struct str subject; /* any way of writing a name */
    struct str predicate;
    struct str object;               /* a name; absent: `value` counts */
    struct str value;                /* a text */
    struct str valid_from, valid_to; /* ISO 8601; absent: not known, not ended */
    const struct relation_evidence *evidence;
    size_t evidence_count;
};

/* One item of the array.  ERR_SHAPE when a name has neither letters nor digits or is too long.
 */
bool relation_emit(struct arena *arena, struct emit *json, const struct relation *relation,
                   struct err *err);

/* Stores a batch of an extractor, "rule" or "llm:MODEL@PROMPT_VERSION", for the engine: row 0
   of the call has how many were stored and how many refused (no evidence stood where it was
   said to, or a time was none). `tenant` is its id, `number` the collection's, `json` the
   array. */
struct call *relation_put_for(struct pipe *pipe, struct str tenant, long number,
                              const char *extractor, const char *json);

#endif
