/*
 * summary: what the answers to many questions say together.
 */
#ifndef EVAL_SUMMARY_H
#define EVAL_SUMMARY_H

#include "eval/bootstrap.h"
#include "eval/trial.h"

struct summary {
    size_t questions;
    struct bootstrap measure[MEASURES];
    double p50, p95; /* milliseconds per question */
};

/* Of the set's questions of one type; absent: of all. */
struct summary summary_of(struct arena *arena, const struct judged *set,
                          const struct trial_answer *answers, struct str type);

/* The types of a set's questions in the order of their names; returns how many. */
size_t summary_types(struct arena *arena, const struct judged *set, struct str **types_out);

#endif
