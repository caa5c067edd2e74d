/*
 * bert: the encoder: token ids to one vector per token.
 *
 * Several texts are encoded as one matrix of all their tokens, without padding; only attention
 * looks at each text alone.  The weights stay where safetensors mapped them.
 */
#ifndef EMBED_BERT_H
#define EMBED_BERT_H

#include "base/arena.h"
#include "base/err.h"
#include "embed/safetensors.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;
struct bert; /* immutable once opened; lives as long as its arena */

/* `config` is the tree of config.json, needed only during the call. */
bool bert_open(struct arena *arena, struct json_object *config, struct safetensors *tensors,
               struct bert **bert_out, struct err *err);

size_t bert_width(const struct bert *bert);      /* floats of one vector */
size_t bert_positions(const struct bert *bert);  /* most tokens of one text */
size_t bert_vocabulary(const struct bert *bert); /* ids are below it */

/* The texts of one call: all their ids, one text behind the other. */
struct bert_batch {
    const int32_t *ids;
    const size_t *lengths; /* tokens of each text, 1..bert_positions() */
    size_t texts, tokens, longest;
};

/* Floats of working memory that a batch of `tokens`, none of its texts beyond `longest`, needs.
 */
size_t bert_scratch(const struct bert *bert, size_t tokens, size_t longest);

/* The vectors of all tokens stand at the beginning of `scratch` afterwards. */
void bert_encode(const struct bert *bert, const struct bert_batch *batch, float *scratch);

#endif
