/*
 * quote: where a quotation stands in a text, whatever blanks it was copied with.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memmem() */
#endif
#include "llm/quote.h"

#include "base/utf8.h"

#include <string.h>

/* Unicode's White_Space. */
static bool
is_blank(uint32_t point)
{
    return (point >= 0x09 && point <= 0x0d) || point == ' ' || point == 0x85 || point == 0xa0 ||
           point == 0x1680 || (point >= 0x2000 && point <= 0x200a) || point == 0x2028 ||
           point == 0x2029 || point == 0x202f || point == 0x205f || point == 0x3000;
}

void
quote_prepare(struct arena *arena, struct str text, struct quote_text *ready)
{
    char *flat = arena_take(arena, text.len + 1);
    long *points = arena_take(arena, (text.len + 1) * sizeof *points), point = 0;
    const char *end = text.at + text.len;
    bool gap = false;
    size_t len = 0;

    for (const char *at = text.at; at < end; point++) {
        const char *from = at;

        if (is_blank(utf8_next(&at, end))) {
            gap = len > 0;
            continue;
        }
        if (gap) {
            points[len] = point - 1;
            flat[len++] = ' ';
        }
        gap = false;
        for (; from < at; from++) {
            points[len] = point;
            flat[len++] = *from;
        }
    }
    *ready = (struct quote_text){.flat = {flat, len}, .points = points};
}

struct str
quote_flat(struct arena *arena, struct str text)
{
    struct quote_text ready;

    quote_prepare(arena, text, &ready);
    return ready.flat;
}

bool
quote_find_within(struct arena *arena, const struct quote_text *ready, struct str quote,
                  const long within[2], long *start_out, long *stop_out)
{
    struct str wanted = quote_flat(arena, quote);
    const char *from = ready->flat.at, *end = from + ready->flat.len, *found;

    if (wanted.len == 0 || ready->flat.len == 0)
        return false;
    while (from < end && ready->points[from - ready->flat.at] < within[0])
        from++;
    found = memmem(from, (size_t)(end - from), wanted.at, wanted.len);
    if (found == NULL)
        return false;
    *start_out = ready->points[found - ready->flat.at];
    *stop_out = ready->points[found - ready->flat.at + (long)wanted.len - 1] + 1;
    return *stop_out <= within[1];
}

bool
quote_find(struct arena *arena, const struct quote_text *ready, struct str quote,
           long *start_out, long *stop_out)
{
    long all[2] = {0, (long)ready->flat.len == 0 ? 0 : ready->points[ready->flat.len - 1] + 1};

    return quote_find_within(arena, ready, quote, all, start_out, stop_out);
}

struct str
quote_cut(struct str text, size_t most)
{
    if (text.len <= most)
        return text;
    while (most > 0 && ((unsigned char)text.at[most] & 0xc0) == 0x80)
        most--;
    return (struct str){text.at, most};
}
