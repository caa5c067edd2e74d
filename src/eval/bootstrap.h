/*
 * bootstrap: how far a mean over questions may lie from that over all questions like them.
 *
 * The percentile bootstrap: a thousand times as many questions are drawn, with repetition, and
 * the middle 95 % of their means is the interval.  The draws are the same in every run.
 */
#ifndef EVAL_BOOTSTRAP_H
#define EVAL_BOOTSTRAP_H

#include <stddef.h>

struct bootstrap {
    double mean, low, high;
};

#define BOOTSTRAP_SAMPLES 1000

/* Of `stride` doubles each value is the first; without values all is 0. */
struct bootstrap bootstrap_mean(const double *values, size_t count, size_t stride);

#endif
