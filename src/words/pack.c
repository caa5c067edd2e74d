/*
 * pack: the words of many records turned round, into the packed postings of each word.
 */
#include "words/pack.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BITS  10
#define FIRST_BYTES 12
#define FNV_START   2166136261U /* FNV-1a */
#define FNV_PRIME   16777619U

struct pack {
    struct arena *arena;
    struct pack_word **slots; /* open addressing; at most half of them are used */
    unsigned bits;
    size_t count;
};

struct pack *
pack_new(struct arena *arena)
{
    struct pack *pack = arena_take(arena, sizeof *pack);

    *pack = (struct pack){.arena = arena, .bits = FIRST_BITS};
    pack->slots = arena_take(arena, sizeof *pack->slots << FIRST_BITS);
    return pack;
}

static struct pack_word **
slot_of(const struct pack *pack, struct str word)
{
    size_t mask = ((size_t)1 << pack->bits) - 1;
    uint32_t sum = FNV_START;
    size_t at;

    for (size_t i = 0; i < word.len; i++)
        sum = (sum ^ (unsigned char)word.at[i]) * FNV_PRIME;
    at = (sum ^ sum >> 15) & mask;
    while (pack->slots[at] != NULL && !str_same(pack->slots[at]->text, word))
        at = (at + 1) & mask;
    return &pack->slots[at];
}

static void
grow(struct pack *pack)
{
    struct pack_word **old = pack->slots;
    size_t count = (size_t)1 << pack->bits;

    pack->bits++;
    pack->slots = arena_take(pack->arena, sizeof *pack->slots << pack->bits);
    for (size_t i = 0; i < count; i++) {
        if (old[i] != NULL)
            *slot_of(pack, old[i]->text) = old[i];
    }
}

void
pack_add(struct pack *pack, struct str word, const struct posting *posting)
{
    struct pack_word **slot = slot_of(pack, word);

    if (*slot == NULL) {
        struct pack_word *fresh = arena_take(pack->arena, sizeof *fresh);

        fresh->text = word;
        buf_start(&fresh->bytes, pack->arena, FIRST_BYTES);
        fresh->writer.bytes = &fresh->bytes;
        *slot = fresh;
        if (++pack->count * 2 > (size_t)1 << pack->bits) {
            grow(pack);
            slot = slot_of(pack, word);
        }
    }
    posting_put(&(*slot)->writer, posting);
}

static int
word_order(const void *a, const void *b)
{
    const struct pack_word *x = *(struct pack_word *const *)a,
                           *y = *(struct pack_word *const *)b;
    size_t both = x->text.len < y->text.len ? x->text.len : y->text.len;
    int order = memcmp(x->text.at, y->text.at, both);

    return order != 0 ? order : (x->text.len > y->text.len) - (x->text.len < y->text.len);
}

struct pack_word **
pack_words(struct pack *pack, size_t *count_out)
{
    struct pack_word **words = arena_take(pack->arena, (pack->count + 1) * sizeof *words);
    size_t count = 0;

    for (size_t i = 0; i < (size_t)1 << pack->bits; i++) {
        if (pack->slots[i] != NULL)
            words[count++] = pack->slots[i];
    }
    qsort(words, count, sizeof *words, word_order);
    *count_out = count;
    return words;
}
