/*
 * names: a set of texts, each with its number in the order of arrival.
 *
 * Open addressing with linear probing, at most half full.
 */
#include "chroma/names.h"

#include "base/clock.h"

#include <string.h>

#define FIRST_ROOM 16
#define ODD        UINT64_C(0x9E3779B97F4A7C15) /* 2^64 divided by the golden ratio */

/* Where the process lies in memory and when it began: unknown to whoever sends a body. */
static uint64_t
seed(void)
{
    static _Atomic uint64_t once;

    if (once == 0)
        once = ((uint64_t)(uintptr_t)&once * ODD ^ (uint64_t)clock_wall() * ODD) | 1;
    return once;
}

static uint64_t
stir(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * ODD;
    return hash ^ hash >> 29;
}

static uint64_t
hash_of(struct str text)
{
    uint64_t hash = seed() ^ text.len, word = 0;

    for (; text.len >= sizeof word; text.at += sizeof word, text.len -= sizeof word) {
        memcpy(&word, text.at, sizeof word);
        hash = stir(hash, word);
    }
    word = 0;
    if (text.len > 0)
        memcpy(&word, text.at, text.len);
    return stir(stir(hash, word), seed());
}

void
names_start(struct names *names, struct arena *arena)
{
    *names = (struct names){.arena = arena};
}

/* The slot that holds the text, or the free one where it belongs. */
static uint32_t *
slot_of(const struct names *names, struct str text)
{
    size_t mask = names->slots_count - 1;
    size_t at = (size_t)(hash_of(text) >> 20) & mask;

    while (names->slots[at] != 0 && !str_same(names->list[names->slots[at] - 1], text))
        at = (at + 1) & mask;
    return &names->slots[at];
}

static void
grow(struct names *names)
{
    size_t room = names->room == 0 ? FIRST_ROOM : 2 * names->room;
    struct str *list = arena_take(names->arena, room * sizeof *list);

    if (names->count > 0)
        memcpy(list, names->list, names->count * sizeof *list);
    names->list = list;
    names->room = room;
    names->slots_count = 2 * room;
    names->slots = arena_take(names->arena, names->slots_count * sizeof *names->slots);
    for (size_t i = 0; i < names->count; i++)
        *slot_of(names, list[i]) = (uint32_t)(i + 1);
}

size_t
names_put(struct names *names, struct str text, bool *is_new_out)
{
    uint32_t *slot;

    if (names->count == names->room)
        grow(names);
    slot = slot_of(names, text);
    *is_new_out = *slot == 0;
    if (*slot == 0) {
        names->list[names->count++] = text;
        *slot = (uint32_t)names->count;
    }
    return *slot - 1;
}
