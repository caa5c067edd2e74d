/*
 * fuzz_wordpiece: whatever the text, ids are of the vocabulary, and the count does not
 * depend on the room.
 */
#include "embed/wordpiece.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define VOCAB                                                                                  \
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\ne\n##a\n##e\nab\n##bc\n."                          \
    "\n\xc3\xa9\n\xe6\x9d\xb1\n##1\n"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t rules = size == 0 ? 7 : data[0];
    struct arena *arena = arena_new(4096);
    struct err err = {0};
    struct str text = {(const char *)data + (size > 0), size - (size > 0)};
    struct wordpiece *words;
    int32_t ids[16];
    size_t all;

    assert(wordpiece_open(arena, STR(VOCAB),
                          (struct wordpiece_rules){rules & 1, rules & 2, rules & 4}, &words,
                          &err));
    all = wordpiece_ids(words, text, NULL, 0, true);
    assert(all <= text.len); /* no token is shorter than a byte */
    assert(wordpiece_ids(words, text, ids, 16, true) == all);
    for (size_t i = 0; i < 16 && i < all; i++)
        assert(ids[i] >= 0 && (size_t)ids[i] < wordpiece_count(words));
    assert((wordpiece_ids(words, text, ids, 16, false) > 16) == (all > 16));
    if (size > 0)
        (void)wordpiece_open(arena, text, (struct wordpiece_rules){true, true, true}, &words,
                             &err);
    arena_free(arena);
    return 0;
}
