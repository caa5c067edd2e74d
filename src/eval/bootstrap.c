/*
 * bootstrap: how far a mean over questions may lie from that over all questions like them.
 */
#include "eval/bootstrap.h"

#include <stdint.h>
#include <stdlib.h>

#define SEED 20260101U
#define TAIL (BOOTSTRAP_SAMPLES / 40) /* 2.5 % */

/* Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014. */
static uint64_t
splitmix(uint64_t *state)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15U;

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
}

static int
mean_order(const void *a, const void *b)
{
    const double *left = a, *right = b;

    return (*left > *right) - (*left < *right);
}

struct bootstrap
bootstrap_mean(const double *values, size_t count, size_t stride)
{
    double means[BOOTSTRAP_SAMPLES], sum = 0;
    uint64_t state = SEED;

    if (count == 0)
        return (struct bootstrap){0};
    for (size_t i = 0; i < count; i++)
        sum += values[i * stride];
    for (size_t sample = 0; sample < BOOTSTRAP_SAMPLES; sample++) {
        means[sample] = 0;
        for (size_t i = 0; i < count; i++)
            means[sample] += values[splitmix(&state) % count * stride];
        means[sample] /= (double)count;
    }
    qsort(means, BOOTSTRAP_SAMPLES, sizeof *means, mean_order);
    return (struct bootstrap){.mean = sum / (double)count,
                              .low = means[TAIL],
                              .high = means[BOOTSTRAP_SAMPLES - 1 - TAIL]};
}
