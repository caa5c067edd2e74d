/*
 * sparse: a sparse vector in metadata: {"#type": "sparse_vector", "indices": [0, 7], "values":
 * [0.5, 2.0]}, with "tokens" when they were given.
 */
#ifndef CHROMA_SPARSE_H
#define CHROMA_SPARSE_H

#include "base/digits.h"
#include "base/emit.h"
#include "base/scan.h"

enum sparse_outcome {
    SPARSE_GOOD,
    SPARSE_OTHER,   /* an object of another form; no error is set */
    SPARSE_INVALID, /* the form is right, the numbers are not; no error is set */
    SPARSE_FAILED   /* the scan has its error */
};

/* Reads one, "#type" given or not, and writes it with its "#type". */
enum sparse_outcome sparse_read(struct scan *scan, struct emit *emit, const char *name);

/* A float as jsonb keeps it one: with a point, or beyond int64. */
size_t sparse_digits(char text[DIGITS_ROOM + 2], double value);

#endif
