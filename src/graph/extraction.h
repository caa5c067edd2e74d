/*
 * extraction: what a language model reads in records, for collections that want it.
 *
 * One record at a time: taken, read by the model piece by piece (or found among what it read
 * before), judged (graph/grounding.h) and stored, while no transaction is open in between.  A
 * record that was changed or deleted meanwhile is left to whoever changed it (see
 * sql/functions/graph_extract.sql).
 */
#ifndef GRAPH_EXTRACTION_H
#define GRAPH_EXTRACTION_H

#include "base/arena.h"
#include "base/err.h"
#include "db/conn.h"
#include "llm/llm.h"

#include <stdbool.h>

#define EXTRACTION_PROMPT "1" /* version; a change of rules or schema is another */

/* One record of any collection, for the engine. *busy_out: there was one, and it was read. */
bool extraction_any(struct endpoint *endpoint, struct conn *conn, struct arena *arena, int stop,
                    bool *busy_out, struct err *err);

/* "llm:MODEL@VERSION" */
const char *extraction_name(struct arena *arena, const struct endpoint *endpoint);

/* What reading so many records with so many bytes of text would take. */
struct llm_estimate extraction_estimate(const struct endpoint *endpoint, struct arena *arena,
                                        long records, long bytes);

#endif
