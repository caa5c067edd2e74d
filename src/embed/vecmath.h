/*
 * vecmath: the element-wise steps of an encoder, eight floats at a time.
 *
 * Written with the compiler's vector types, and compiled twice on x86-64 (for any machine and
 * for AVX2 with FMA, chosen at run time).  The exponential is good to 2 units in the last
 * place, erf to 2e-7: far below what a float32 encoder itself loses.
 */
#ifndef EMBED_VECMATH_H
#define EMBED_VECMATH_H

#include <stddef.h>

struct vecmath_norm {
    const float *gain, *shift;
    float eps;
};

/* Each of `rows` rows of `width` floats: row = norm(row + bias); bias may be NULL. */
void vecmath_layernorm(float *x, size_t rows, size_t width, const float *bias,
                       const struct vecmath_norm *norm);

/* Each row: row = gelu(row + bias), by erf, not by its tanh approximation. */
void vecmath_gelu(float *x, size_t rows, size_t width, const float *bias);

/* Each row becomes positive and sums to 1. */
void vecmath_softmax(float *x, size_t rows, size_t width);

#endif
