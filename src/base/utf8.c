/*
 * utf8: text that Postgres takes: valid UTF-8 (RFC 3629) without NUL.
 */
#include "base/utf8.h"

#include <string.h>

#define UTF8_BAD     0xFFFDu
#define EACH_BYTE(b) (0x0101010101010101u * (b))

/* The length of the well-formed sequence at `at` (RFC 3629, section 4), or 0. */
static size_t
sequence(const unsigned char *at, size_t left)
{
    unsigned char first = at[0], low = 0x80, high = 0xBF;
    size_t len;

    if (first < 0x80)
        return 1;
    if (first < 0xC2 || first > 0xF4)
        return 0;
    len = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (first == 0xE0) /* shorter forms exist */
        low = 0xA0;
    else if (first == 0xED) /* surrogates */
        high = 0x9F;
    else if (first == 0xF0)
        low = 0x90;
    else if (first == 0xF4) /* beyond U+10FFFF */
        high = 0x8F;
    if (left < len || at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    return len;
}

/* True when eight bytes are ASCII without NUL: the usual case, taken at a stride. */
static bool
is_plain_word(const unsigned char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return (((word - EACH_BYTE(0x01u)) | word) & EACH_BYTE(0x80u)) == 0;
}

bool
utf8_valid(const char *text, size_t len, size_t *bad_out)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t i = 0;

    while (i < len) {
        size_t step;

        if (len - i >= 8 && is_plain_word(at + i)) {
            i += 8;
            continue;
        }
        step = at[i] == '\0' ? 0 : sequence(at + i, len - i);
        if (step == 0) {
            *bad_out = i;
            return false;
        }
        i += step;
    }
    return true;
}

uint32_t
utf8_next(const char **at, const char *end)
{
    const unsigned char *s = (const unsigned char *)*at;
    size_t len = sequence(s, (size_t)(end - *at));
    uint32_t point;

    if (len == 0) {
        (*at)++;
        return UTF8_BAD;
    }
    *at += len;
    if (len == 1)
        return s[0];
    point = s[0] & (0xFFu >> (len + 1));
    for (size_t i = 1; i < len; i++)
        point = point << 6 | (s[i] & 0x3Fu);
    return point;
}

static char
continuation(uint32_t bits)
{
    return (char)(unsigned char)(0x80u | (bits & 0x3Fu));
}

size_t
utf8_put(char *to, uint32_t point)
{
    if (point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
        point = UTF8_BAD;
    if (point < 0x80) {
        to[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        to[0] = (char)(unsigned char)(0xC0u | point >> 6);
        to[1] = continuation(point);
        return 2;
    }
    if (point < 0x10000) {
        to[0] = (char)(unsigned char)(0xE0u | point >> 12);
        to[1] = continuation(point >> 6);
        to[2] = continuation(point);
        return 3;
    }
    to[0] = (char)(unsigned char)(0xF0u | point >> 18);
    to[1] = continuation(point >> 12);
    to[2] = continuation(point >> 6);
    to[3] = continuation(point);
    return 4;
}
