/*
 * pattern_set: sets of characters, for the classes of regular expressions.
 */
#include "base/utf8.h"
#include "chroma/pattern_part.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void
pattern_set_start(struct pattern_set *set, struct arena *arena)
{
    *set = (struct pattern_set){.arena = arena};
}

void
pattern_set_add(struct pattern_set *set, uint32_t from, uint32_t to)
{
    if (set->count == set->room) {
        size_t room = set->room == 0 ? 8 : 2 * set->room;
        struct pattern_range *list = arena_take(set->arena, room * sizeof *list);

        if (set->count > 0)
            memcpy(list, set->list, set->count * sizeof *list);
        set->list = list;
        set->room = room;
    }
    set->list[set->count++] = (struct pattern_range){from, to};
}

void
pattern_set_add_all(struct pattern_set *set, const struct pattern_range *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        pattern_set_add(set, list[i].from, list[i].to);
}

static int
range_compare(const void *a, const void *b)
{
    const struct pattern_range *first = a, *second = b;

    return first->from < second->from ? -1 : first->from > second->from;
}

void
pattern_set_order(struct pattern_set *set)
{
    size_t kept = 0;

    if (set->count == 0)
        return;
    qsort(set->list, set->count, sizeof *set->list, range_compare);
    for (size_t i = 1; i < set->count; i++) {
        struct pattern_range *last = &set->list[kept];

        if (set->list[i].from > last->to + 1)
            set->list[++kept] = set->list[i];
        else if (set->list[i].to > last->to)
            last->to = set->list[i].to;
    }
    set->count = kept + 1;
}

void
pattern_set_negate(struct pattern_set *set)
{
    struct pattern_set other;
    uint32_t next = 0;

    pattern_set_order(set);
    pattern_set_start(&other, set->arena);
    for (size_t i = 0; i < set->count; i++) {
        if (set->list[i].from > next)
            pattern_set_add(&other, next, set->list[i].from - 1);
        next = set->list[i].to + 1;
    }
    if (next <= PATTERN_LAST)
        pattern_set_add(&other, next, PATTERN_LAST);
    *set = other;
}

/* Neither out of one nor out of the other. */
void
pattern_set_intersect(struct pattern_set *set, const struct pattern_set *other)
{
    struct pattern_set absent = *other;

    absent.list = NULL;
    absent.count = absent.room = 0;
    pattern_set_add_all(&absent, other->list, other->count);
    pattern_set_negate(&absent);
    pattern_set_negate(set);
    pattern_set_add_all(set, absent.list, absent.count);
    pattern_set_negate(set);
}

static bool
holds(const struct pattern_range *list, size_t count, uint32_t point)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (point > list[middle].to)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && point >= list[low].from;
}

/* Each step brings the letters one fold away; two reach all that share a fold. */
static void
fold_step(struct pattern_set *set)
{
    size_t before;

    pattern_set_order(set);
    before = set->count;
    for (size_t i = 0; i < pattern_word_folds_count; i++) {
        const struct pattern_fold *fold = &pattern_word_folds[i];

        for (uint32_t c = fold->from; c <= fold->to; c += (uint32_t)fold->step) {
            uint32_t folded = (uint32_t)((int32_t)c + fold->distance);
            bool has = holds(set->list, before, c),
                 has_folded = holds(set->list, before, folded);

            if (has && !has_folded)
                pattern_set_add(set, folded, folded);
            else if (has_folded && !has)
                pattern_set_add(set, c, c);
        }
    }
    pattern_set_order(set);
}

void
pattern_set_fold(struct pattern_set *set)
{
    fold_step(set);
    fold_step(set);
}

/* Letters, digits and all beyond ASCII mean themselves everywhere. */
static void
point_write(struct buf *out, uint32_t point)
{
    char text[4];

    if (point < 0x80 && !isalnum((int)point))
        buf_fmt(out, "\\u%04X", (unsigned)point);
    else
        buf_add(out, text, utf8_put(text, point));
}

/* Without what no text of Postgres holds: NUL and surrogates. */
static void
set_trim(struct pattern_set *set)
{
    static const struct pattern_range real[] = {{1, 0xd7ff}, {0xe000, PATTERN_LAST}};
    struct pattern_set valid;

    pattern_set_start(&valid, set->arena);
    pattern_set_add_all(&valid, real, 2);
    pattern_set_intersect(set, &valid);
}

bool
pattern_set_write(struct pattern_set *set, struct buf *out)
{
    set_trim(set);
    if (set->count == 0)
        return false;
    if (set->count == 1 && set->list[0].from == set->list[0].to) {
        point_write(out, set->list[0].from);
        return true;
    }
    buf_byte(out, '[');
    for (size_t i = 0; i < set->count; i++) {
        point_write(out, set->list[i].from);
        if (set->list[i].to == set->list[i].from)
            continue;
        if (set->list[i].to > set->list[i].from + 1)
            buf_byte(out, '-');
        point_write(out, set->list[i].to);
    }
    buf_byte(out, ']');
    return true;
}
