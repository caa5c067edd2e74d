/*
 * embed: text to vector, by the model that this process has opened.
 *
 * A model is mapped read-only and shared by all threads and processes; each thread brings its
 * own scratch memory.  Vectors are float32 in the host's byte order, L2-normalised when the
 * model's modules.json says so, or when there is none.
 */
#ifndef EMBED_EMBED_H
#define EMBED_EMBED_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

struct embed; /* an opened model; immutable, shared by threads */

/* The model folder `dir`/`name` (sentence-transformers layout). `name` "none" gives NULL and
   true. A folder that is not there or not usable: ERR_UNAVAILABLE whose text tells the mend. */
bool embed_open(const char *dir, const char *name, struct embed **embed_out, struct err *err);
void embed_close(struct embed *embed);

const char *embed_model(const struct embed *embed); /* its name, stored with collections */
size_t embed_dims(const struct embed *embed);
size_t
embed_window(const struct embed *embed); /* most tokens it reads, [CLS] and [SEP] included */
size_t embed_bytes(const struct embed *embed); /* mapped and shared */

/* Tokens of the text, [CLS] and [SEP] included, uncapped. */
size_t embed_tokens(const struct embed *embed, struct str text);

/* `vectors` has room for count * embed_dims() floats.  Longer texts than the window are cut. */
bool embed_texts(const struct embed *embed, struct arena *arena, const struct str *texts,
                 size_t count, float *vectors, struct err *err);

/* A text as the model read it, so that its words can be weighed afterwards: its words one after
   the other, marks being words too, how many tokens each became, and a vector for each token.
   No words: it is longer than the window, names special tokens, or the
   model's vectors are no means of its tokens. */
struct embed_reading {
    struct str *words;
    size_t *tokens;
    size_t count;
    const float *vectors; /* of all tokens, [CLS] first */
    size_t width;         /* floats of each */
};

/* Like embed_texts() of one text, whose reading lives as long as the arena. */
bool embed_read(const struct embed *embed, struct arena *arena, struct str text,
                struct embed_reading *reading_out, float *vector, struct err *err);

/* The mean of the tokens, each weighed as its word is, of length 1; [CLS] and [SEP] do not
   count.  False, and no vector, when there is no weight above 0. */
bool embed_weigh(const struct embed_reading *reading, const double *weights, float *vector);

/* Host floats as Postgres and base/scan have them: big-endian, in place. */
void embed_to_be(float *vectors, size_t count);

#endif
