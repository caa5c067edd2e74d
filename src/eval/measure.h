/*
 * measure: how well a ranking answers, on binary judgements.
 */
#ifndef EVAL_MEASURE_H
#define EVAL_MEASURE_H

#include "base/str.h"
#include "eval/judged.h"

#include <stddef.h>

enum measure_kind {
    MEASURE_NDCG10,  /* 1 / log2(rank + 1) for each hit in the first 10, over the most possible
                      */
    MEASURE_RECALL2, /* share of the relevant documents that stand in the first 2, and so on */
    MEASURE_RECALL5,
    MEASURE_RECALL10,
    MEASURE_RECALL100,
    MEASURE_MRR10, /* 1 / rank of the first hit, when that is in the first 10 */
    MEASURES
};

struct measure {
    double value[MEASURES];
};

const char *measure_name(enum measure_kind kind);

struct measure measure_ranking(const struct judged_query *query, const struct str *ranking,
                               size_t count);

/* The ranking by shared words (Jaccard of word sets): what the legacy system fell back to. */
size_t measure_overlap(struct arena *arena, const struct judged *set, struct str question,
                       struct str *ranking, size_t most);

#endif
