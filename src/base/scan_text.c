/*
 * scan_text: the strings of JSON (RFC 8259, section 7), checked and decoded.
 *
 * A string without escapes is given back in place.  Refused: control characters, bytes that are
 * not UTF-8, lone surrogates and U+0000, none of which Postgres could store.
 */
#include "base/scan_part.h"
#include "base/utf8.h"

#include <string.h>

#define EACH_BYTE(b) (0x0101010101010101u * (b))
#define HIGH_BITS    EACH_BYTE(0x80u)

/* Nonzero when one of eight bytes is zero. */
static uint64_t
zero_byte(uint64_t word)
{
    return (word - EACH_BYTE(0x01u)) & ~word & HIGH_BITS;
}

/* True when eight bytes neither end the string nor need a look. */
static bool
is_plain_word(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return (((word - EACH_BYTE(0x20u)) & ~word & HIGH_BITS) | zero_byte(word ^ EACH_BYTE('"')) |
            zero_byte(word ^ EACH_BYTE('\\'))) == 0;
}

/* The first quote, backslash or control character, or `end`. */
static const char *
plain_until(const char *at, const char *end)
{
    while (end - at >= 8 && is_plain_word(at))
        at += 8;
    while (at < end && (unsigned char)*at >= 0x20 && *at != '"' && *at != '\\')
        at++;
    return at;
}

/* Move over characters that stand for themselves; false when they are not well-formed. */
static bool
plain(struct scan *scan)
{
    const char *stop = plain_until(scan->at, scan->end);
    size_t bad = 0;

    if (!utf8_valid(scan->at, (size_t)(stop - scan->at), &bad))
        return scan_part_syntax(scan, scan->at + bad, "the text is not valid UTF-8");
    scan->at = stop;
    if (stop == scan->end)
        return scan_part_syntax(scan, stop, "the text ends inside a string");
    return *stop == '"' || *stop == '\\' ||
           scan_part_syntax(scan, stop, "a control character in a string must be escaped");
}

/* Four hexadecimal digits. */
static bool
hex4(struct scan *scan, uint32_t *unit_out)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    uint32_t unit = 0;

    if (scan->end - scan->at < 4)
        return scan_part_syntax(scan, scan->end, "the text ends inside an escape");
    for (int i = 0; i < 4; i++, scan->at++) {
        const char *digit = memchr(digits, *scan->at, sizeof digits - 1);

        if (digit == NULL)
            return scan_part_syntax(scan, scan->at, "\\u needs four hexadecimal digits");
        unit = unit << 4 | (uint32_t)((digit - digits) & 15);
    }
    *unit_out = unit;
    return true;
}

/* What stands after "\u", with its second half when it is a surrogate pair. */
static bool
code_point(struct scan *scan, uint32_t *point_out)
{
    const char *begin = scan->at;
    uint32_t high = 0, low = 0;

    if (!hex4(scan, &high))
        return false;
    *point_out = high;
    if (high == 0)
        return scan_part_syntax(scan, begin, "a string holds the character U+0000");
    if (high < 0xD800 || high > 0xDFFF)
        return true;
    if (high > 0xDBFF || scan->end - scan->at < 2 || memcmp(scan->at, "\\u", 2) != 0)
        return scan_part_syntax(scan, begin, "a surrogate stands alone");
    scan->at += 2;
    if (!hex4(scan, &low))
        return false;
    if (low < 0xDC00 || low > 0xDFFF)
        return scan_part_syntax(scan, begin, "a surrogate stands alone");
    *point_out = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

/* One escape, decoded to the end of `text`; at stands on the backslash. */
static bool
escape(struct scan *scan, struct buf *text)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *found;
    uint32_t point;
    char bytes[4];

    if (scan->end - scan->at < 2)
        return scan_part_syntax(scan, scan->end, "the text ends inside an escape");
    found = memchr(from, scan->at[1], sizeof from - 1);
    if (found != NULL) {
        buf_byte(text, to[found - from]);
        scan->at += 2;
        return true;
    }
    if (scan->at[1] != 'u')
        return scan_part_syntax(scan, scan->at, "no such escape");
    scan->at += 2;
    if (!code_point(scan, &point))
        return false;
    buf_add(text, bytes, utf8_put(bytes, point));
    return true;
}

/* The rest of a string whose first escape is at `at`; `begin` is its first character. */
static bool
decoded(struct scan *scan, const char *begin, struct str *text)
{
    struct buf buf;

    buf_start(&buf, scan->arena, (size_t)(scan->at - begin) + 64);
    buf_add(&buf, begin, (size_t)(scan->at - begin));
    while (*scan->at == '\\') {
        if (!escape(scan, &buf))
            return false;
        begin = scan->at;
        if (!plain(scan))
            return false;
        buf_add(&buf, begin, (size_t)(scan->at - begin));
    }
    *text = (struct str){buf.data, buf.len};
    return true;
}

bool
scan_text_read(struct scan *scan, struct str *text)
{
    const char *begin = ++scan->at;

    if (!plain(scan))
        return false;
    *text = (struct str){begin, (size_t)(scan->at - begin)};
    if (*scan->at == '\\' && !decoded(scan, begin, text))
        return false;
    scan->at++;
    return true;
}
