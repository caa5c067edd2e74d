/*
 * vector64: an embedding as Chroma's clients send it: base64 of little-endian float32.
 */
#ifndef CHROMA_VECTOR64_H
#define CHROMA_VECTOR64_H

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

/* How many floats the text stands for, told by its length and padding; ERR_INPUT when it cannot
   be base64 of whole floats. */
bool vector64_dims(struct str text, size_t *dims_out, struct err *err);

/* Decodes the text of vector64_dims() to big-endian float32; they must be finite.  `index` is
   the embedding's place in its batch, for the error. */
bool vector64_read(struct str text, size_t index, unsigned char *floats_be, struct err *err);

#endif
