/*
 * rerank: what a search says about the order of its hits beyond their scores.
 *
 * The members fusion, diversity, recency, importance and highlight.  They become one JSON
 * object for kvasir.search_ranked().
 */
#ifndef SEARCH_RERANK_H
#define SEARCH_RERANK_H

#include "base/scan.h"

#include <stdbool.h>

#define RERANK_DEPTH 100 /* hits that are ordered anew */

struct rerank {
    bool by_ranks; /* fusion */
    bool has_diversity, has_recency, has_importance;
    double lambda; /* of diversity: 1 looks at relevance alone, 0 at unlikeness alone */
    double half_life, recency_weight;
    struct str field; /* of importance; absent: "importance" */
    double importance_weight;
    bool highlight;
    const char *json; /* all of this, once rerank_write() wrote it */
};

bool rerank_is_asked(const struct rerank *rerank);

/* Whether a member of a search belongs here, and its value. */
bool rerank_has(struct str member);
bool rerank_member(struct scan *scan, struct str member, struct rerank *rerank);

/* Whether they fit together, and `depth`: results and those passed over. */
bool rerank_check(const struct rerank *rerank, bool is_hybrid, long depth, struct err *err);

void rerank_write(struct rerank *rerank, struct arena *arena);

#endif
