/*
 * pooling: from the vectors of a text's tokens to the vector of the text.
 */
#ifndef EMBED_POOLING_H
#define EMBED_POOLING_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct pooling {
    bool first;     /* the vector of [CLS]; otherwise the mean of all */
    bool normalise; /* to length 1 */
};

/* As modules.json and the pooling module's config.json say; a folder without modules.json is
   pooled by the mean and normalised, as sentence-transformers does with a bare encoder. */
bool pooling_read(struct arena *arena, const char *folder, struct pooling *pooling_out,
                  struct err *err);

/* x holds `tokens` rows of `width` floats. */
void pooling_pool(const struct pooling *pooling, const float *x, size_t tokens, size_t width,
                  float *vector);

/* Adds `weight` times each of `tokens` rows to the vector. */
void pooling_add(const float *x, size_t tokens, size_t width, float weight, float *vector);

/* To length 1; a vector of zeros stays one. */
void pooling_normalise(float *vector, size_t width);

#endif
