/*
 * tiny_model: a BERT of a few hundred weights, written as a sentence-transformers folder.
 *
 * Its weights are pseudo-random and kept in memory too, so that a test can compute with them.
 */
#ifndef TESTS_TINY_MODEL_H
#define TESTS_TINY_MODEL_H

#include "base/arena.h"

#include <stddef.h>

enum { TINY_WIDTH = 12, TINY_INNER = 20, TINY_LAYERS = 2, TINY_HEADS = 3, TINY_PLACES = 16 };

#define TINY_VOCAB                                                                             \
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\nall\n##fat\n##her\nwise\n##r\nodin\n,\n!\ne\n##" \
    "s\n"
enum { TINY_WORDS = 16 };

struct tiny_tensor {
    char name[80];
    size_t rows, columns; /* rows 0: a vector */
    float *floats;
};

struct tiny_model {
    struct arena *arena;
    char dir[64], folder[96];
    struct tiny_tensor tensors[64];
    size_t count;
    unsigned seed;
};

/* A new temporary folder `dir` with the model in `folder` = dir/tiny. */
void tiny_begin(struct tiny_model *tiny);

void tiny_text(const struct tiny_model *tiny, const char *file, const char *text);
const float *tiny_floats(const struct tiny_model *tiny, const char *name);

/* The weights as model.safetensors, each name behind `prefix`; `without` is left out. */
void tiny_safetensors(const struct tiny_model *tiny, const char *prefix, const char *without);

#endif
