/*
 * grams: what searches through the graph give their statements beside the query.
 */
#ifndef SEARCH_GRAMS_H
#define SEARCH_GRAMS_H

#include "search/search.h"

/* The share of meaning: what a question names stands in the words, so meaning counts half of
   what it counts elsewhere. */
double grams_weight(const struct search *search);

/* Three parameters: the runs of words that may be names, the first word of each, and the word
   behind its last. */
void grams_bind(struct call *call, struct pipe *pipe, struct arena *arena, struct str query);

#endif
