/*
 * search_emit: what a search found, out of the rows of its statement.
 *
 * `call` is that of search_call() or search_run(), of which the pipe was run; all text is
 * borrowed from it.  The first row tells how it was done unless the short way was taken; hits
 * count from 0, best first.
 */
#ifndef SEARCH_SEARCH_EMIT_H
#define SEARCH_SEARCH_EMIT_H

#include "base/emit.h"
#include "search/search.h"

#include <stdbool.h>
#include <stddef.h>

/* Were vectors alone compared? */
bool search_by_vector(const struct search *search, const struct call *call);

/* Was it answered with less than was asked for? */
bool search_degraded(const struct search *search, const struct call *call);
/* Why; absent when it was not. */
struct str search_reason(const struct search *search, const struct call *call);

/* Members mode, degraded, reason, results of an open object. */
void search_emit(const struct search *search, const struct call *call, struct emit *emit);

/* Its first three members alone, for wires that have a form of their own for the results. */
void search_emit_how(const struct search *search, const struct call *call, struct emit *emit);

/* Of a search for what is like a record: why it failed; absent: it did not. */
struct str search_failure(const struct call *call);

size_t search_hits(const struct search *search, const struct call *call);
struct str search_hit_id(const struct search *search, const struct call *call, size_t index);
struct str search_hit_text(const struct search *search, const struct call *call, size_t index);
struct str search_hit_metadata(const struct search *search, const struct call *call,
                               size_t index);
/* Parts and path of a search through the graph, as JSON. */
struct str search_hit_graph(const struct search *search, const struct call *call, size_t index);
double search_hit_score(const struct search *search, const struct call *call, size_t index);

#endif
