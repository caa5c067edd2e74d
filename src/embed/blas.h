/*
 * blas: the matrix products of OpenBLAS, which is loaded with the first text that is embedded.
 *
 * A process that never embeds (the streams, the engine between texts, most verbs of the command
 * line) holds nothing of it.  Matrices are row-major float32, `stride` floats from row to row.
 */
#ifndef EMBED_BLAS_H
#define EMBED_BLAS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct blas_matrix {
    const float *at;
    size_t stride;
};

/* Before threads start.  OpenBLAS knows processors by their model numbers and multiplies as on
   those of 2004 when it meets a newer one: on x86-64 the kernels are named that fit what the
   processor can, unless OPENBLAS_CORETYPE says something (OpenBLAS, USAGE.md). */
void blas_choose(void);

/* Before the first product; by any thread, any number of times.  False: the library is not
   there, ERR_UNAVAILABLE. */
bool blas_open(struct err *err);

/* c [rows, columns] = scale * a [rows, inner] b + keep * c.  `b` is [columns, inner] when it is
   turned, else [inner, columns]. */
struct blas_product {
    size_t rows, columns, inner;
    struct blas_matrix a, b;
    bool b_is_turned;
    float scale, keep;
};

void blas_multiply(const struct blas_product *product, float *c, size_t stride);

#endif
