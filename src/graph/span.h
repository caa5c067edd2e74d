/*
 * span: runs of tokens that look like a name: "University of Notre Dame", "2006 World Cup".
 *
 * A name is a run of capitalised words (a number may begin it or stand in it), joined over at
 * most two small words ("of", "de la", "and") when a capital follows.  Common words at its
 * beginning fall away; what is left of "The" or "Monday" is nothing.
 */
#ifndef GRAPH_SPAN_H
#define GRAPH_SPAN_H

#include "graph/token.h"

#include <stdbool.h>
#include <stddef.h>

struct span {
    size_t first, end; /* tokens [first, end) */
};

/* The next name at or behind *at, which moves behind it; false when there is none. */
bool span_next(const struct token_list *tokens, size_t *at, struct span *span_out);

/* The text of tokens [first, end) with what stands between them. */
struct str span_text(const struct token_list *tokens, size_t first, size_t end);

/* The sentence that tokens [first, end) of a text make, with the marks that end it; *stop_out
   is the place behind it, in code points. */
struct str span_sentence(struct str text, const struct token_list *tokens, size_t first,
                         size_t end, size_t *stop_out);

#endif
