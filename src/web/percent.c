/*
 * percent: %41 back to A, for paths and query strings (RFC 3986, 2.1).
 */
#include "web/percent.h"

#include "base/utf8.h"

#include <string.h>

static int
digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int
percent_byte(const char *at, const char *end)
{
    if (end - at < 3 || at[0] != '%' || digit(at[1]) < 0 || digit(at[2]) < 0)
        return -1;
    return digit(at[1]) * 16 + digit(at[2]);
}

bool
percent_decode(struct arena *arena, struct str text, bool form, struct str *out)
{
    char *decoded = arena_take(arena, text.len + 1);
    const char *end = text.at + text.len;
    size_t len = 0, bad;

    for (const char *at = text.at; at < end; at++) {
        int byte = (unsigned char)*at;

        if (byte == '%') {
            byte = percent_byte(at, end);
            at += 2;
        } else if (form && byte == '+') {
            byte = ' ';
        }
        if (byte <= 0)
            return false;
        decoded[len++] = (char)byte;
    }
    *out = (struct str){decoded, len};
    return utf8_valid(decoded, len, &bad);
}
