/*
 * measure: how well a ranking answers, on binary judgements.
 */
#ifndef EVAL_MEASURE_H
#define EVAL_MEASURE_H

#include "base/str.h"
#include "eval/judged.h"

#include <stddef.h>

struct measure {
    double ndcg10;   /* sum over hits in the first 10 of 1 / log2(rank + 1), over the best
                        possible */
    double recall10; /* share of the relevant documents that stand in the first 10 */
    double recall100;
};

struct measure measure_ranking(const struct judged_query *query, const struct str *ranking,
                               size_t count);

/* The ranking by shared words (Jaccard of word sets): what the legacy system fell back to. */
size_t measure_overlap(struct arena *arena, const struct judged *set, struct str question,
                       struct str *ranking, size_t most);

#endif
