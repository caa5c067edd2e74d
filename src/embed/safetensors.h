/*
 * safetensors: the named tensors of one .safetensors file, mapped and shared.
 *
 * The file is not trusted: its header is checked whole before anything is read, as strictly as
 * the format asks (tensors lie one behind the other, without holes, to the end of the file).
 * What it does not do: write, or protect against a file that is cut while it is mapped; models
 * are installed by rename and never changed in place.
 */
#ifndef EMBED_SAFETENSORS_H
#define EMBED_SAFETENSORS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

struct safetensors; /* opaque; lives as long as the arena it was opened in */

/* Map the file read-only; it is unmapped when the arena ends. */
bool safetensors_open(struct arena *arena, const char *path, struct safetensors **tensors_out,
                      struct err *err);

/* The same over bytes that the caller keeps for as long as the arena lives. */
bool safetensors_parse(struct arena *arena, struct str file, struct safetensors **tensors_out,
                       struct err *err);

bool safetensors_has(const struct safetensors *tensors, const char *name);

/* The tensor of shape [rows, columns] ([columns] when rows is 0) as floats: in place when the
   file holds aligned F32, otherwise (F16, BF16, odd offset) converted once into the arena. */
bool safetensors_floats(struct safetensors *tensors, const char *name, size_t rows,
                        size_t columns, const float **floats_out, struct err *err);

size_t safetensors_bytes(const struct safetensors *tensors); /* of the file */

#endif
