/*
 * wordpiece: text to the token ids of a BERT vocabulary.
 *
 * The same ids as HuggingFace's BertTokenizerFast: clean, space CJK ideographs, strip accents
 * (NFD without nonspacing marks), lower case, split at blanks and punctuation, then the longest
 * pieces first.  Special tokens written in the text ("[SEP]") are read as such, as there.
 * Invalid UTF-8 counts as U+FFFD and is dropped.  Works in one pass and in constant memory.
 */
#ifndef EMBED_WORDPIECE_H
#define EMBED_WORDPIECE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wordpiece; /* immutable once opened; lives as long as its arena */

struct wordpiece_rules {
    bool lower, strip_accents, space_cjk;
};

/* `vocab` is the text of vocab.txt (line number = id), kept by the caller as long as the arena.
 */
bool wordpiece_open(struct arena *arena, struct str vocab, struct wordpiece_rules rules,
                    struct wordpiece **words_out, struct err *err);

size_t wordpiece_count(const struct wordpiece *words); /* of the vocabulary */
int32_t wordpiece_cls(const struct wordpiece *words);
int32_t wordpiece_sep(const struct wordpiece *words);

/* The number of tokens of the whole text, without [CLS] and [SEP]; the first `room` of them are
   written to ids.  When `all` is false the count stops soon after `room`. */
size_t wordpiece_ids(const struct wordpiece *words, struct str text, int32_t *ids, size_t room,
                     bool all);

/* The next word of *rest, which moves behind it: a mark alone, or what stands between marks and
   blanks; false when there is none.  A text has the tokens of its words, one after the other,
   but for special tokens written in it. */
bool wordpiece_next(struct str *rest, struct str *word_out);

#endif
