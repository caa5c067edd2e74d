/*
 * str: a piece of text that somebody else owns, by pointer and length.
 */
#include "base/str.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Longer names are compared by their beginning: they only serve a hint. */
#define NEAREST_LEN 63

struct str
str_of(const char *text)
{
    return (struct str){text, text == NULL ? 0 : strlen(text)};
}

bool
str_is(struct str s, const char *text)
{
    return str_same(s, str_of(text));
}

bool
str_same(struct str a, struct str b)
{
    if (a.at == NULL || b.at == NULL)
        return a.at == b.at;
    return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

bool
str_starts(struct str s, const char *prefix)
{
    size_t len = strlen(prefix);

    return s.at != NULL && s.len >= len && memcmp(s.at, prefix, len) == 0;
}

static bool
is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str
str_trim(struct str s)
{
    while (s.len > 0 && is_blank(s.at[0])) {
        s.at++;
        s.len--;
    }
    while (s.len > 0 && is_blank(s.at[s.len - 1]))
        s.len--;
    return s;
}

bool
str_word(struct str *rest, struct str *word_out)
{
    const char *blank = rest->at == NULL ? NULL : memchr(rest->at, ' ', rest->len);

    if (blank == NULL || blank == rest->at)
        return false;
    *word_out = (struct str){rest->at, (size_t)(blank - rest->at)};
    *rest = (struct str){blank + 1, rest->len - word_out->len - 1};
    return true;
}

char *
str_copy(struct arena *arena, struct str s)
{
    char *copy = arena_take(arena, s.len + 1); /* zeroed: ends in NUL */

    if (s.len > 0)
        memcpy(copy, s.at, s.len);
    return copy;
}

char *
str_format(struct arena *arena, const char *fmt, ...)
{
    va_list ap;
    char *text;
    int len;

    assert(fmt != NULL);
    va_start(ap, fmt);
    len = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    assert(len >= 0);
    text = arena_take(arena, (size_t)len + 1);
    va_start(ap, fmt);
    vsnprintf(text, (size_t)len + 1, fmt, ap);
    va_end(ap);
    return text;
}

bool
str_to_long(struct str s, long min, long max, long *value_out)
{
    bool negative = s.len > 0 && s.at[0] == '-';
    size_t i = negative ? 1 : 0;
    long value = 0;

    if (i == s.len)
        return false;
    for (; i < s.len; i++) {
        long digit = s.at[i] - '0';

        if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10L, &value))
            return false;
        if (__builtin_add_overflow(value, negative ? -digit : digit, &value))
            return false;
    }
    if (value < min || value > max)
        return false;
    *value_out = value;
    return true;
}

static size_t
least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Levenshtein's distance, one row at a time. */
static size_t
distance(struct str a, struct str b)
{
    size_t row[NEAREST_LEN + 1];

    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t replaced = diagonal + (a.at[i - 1] != b.at[j - 1]);

            diagonal = row[j];
            row[j] = least(replaced, least(row[j - 1], row[j]) + 1);
        }
    }
    return row[b.len];
}

const char *
str_nearest(const char *wanted, const char *const *names, size_t count)
{
    struct str w = {wanted, strnlen(wanted, NEAREST_LEN)};
    size_t best = w.len / 3 + 2; /* short words: one slip; longer ones: a third may differ */
    const char *nearest = NULL;

    for (size_t i = 0; i < count; i++) {
        struct str name = {names[i], strnlen(names[i], NEAREST_LEN)};
        size_t d = distance(w, name);

        if (d < best && d < name.len) {
            best = d;
            nearest = names[i];
        }
    }
    return nearest;
}
