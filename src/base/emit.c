/*
 * emit: write JSON into a buf, with commas where they belong.
 *
 * What comes out is always valid JSON: bytes that are not UTF-8 leave as U+FFFD, and a double
 * keeps a decimal point or an exponent, so that a reader sees a fraction type again.
 */
#include "base/emit.h"

#include "base/digits.h"
#include "base/utf8.h"

#include <assert.h>
#include <math.h>
#include <string.h>

void
emit_start(struct emit *emit, struct buf *buf)
{
    emit->buf = buf;
    emit->comma = false;
}

static void
quoted(struct buf *buf, const char *text, size_t len)
{
    buf_byte(buf, '"');
    emit_escape(buf, text, len);
    buf_byte(buf, '"');
}

/* All that stands before a value. */
static void
lead(struct emit *emit, const char *name)
{
    if (emit->comma)
        buf_byte(emit->buf, ',');
    emit->comma = true;
    if (name != NULL) {
        quoted(emit->buf, name, strlen(name));
        buf_byte(emit->buf, ':');
    }
}

static void
open_with(struct emit *emit, const char *name, char bracket)
{
    lead(emit, name);
    buf_byte(emit->buf, bracket);
    emit->comma = false;
}

static void
close_with(struct emit *emit, char bracket)
{
    buf_byte(emit->buf, bracket);
    emit->comma = true;
}

void
emit_object(struct emit *emit, const char *name)
{
    open_with(emit, name, '{');
}

void
emit_object_end(struct emit *emit)
{
    close_with(emit, '}');
}

void
emit_array(struct emit *emit, const char *name)
{
    open_with(emit, name, '[');
}

void
emit_array_end(struct emit *emit)
{
    close_with(emit, ']');
}

void
emit_text(struct emit *emit, const char *name, const char *text)
{
    emit_str(emit, name, str_of(text));
}

void
emit_str(struct emit *emit, const char *name, struct str text)
{
    if (text.at == NULL) {
        emit_null(emit, name);
        return;
    }
    lead(emit, name);
    quoted(emit->buf, text.at, text.len);
}

void
emit_long(struct emit *emit, const char *name, long value)
{
    lead(emit, name);
    buf_long(emit->buf, value);
}

void
emit_double(struct emit *emit, const char *name, double value)
{
    char text[DIGITS_ROOM];

    if (isfinite(value))
        digits_double(text, value);
    emit_raw(emit, name, isfinite(value) ? text : NULL);
}

void
emit_float(struct emit *emit, const char *name, float value)
{
    char text[DIGITS_ROOM];

    if (isfinite(value))
        digits_float(text, value);
    emit_raw(emit, name, isfinite(value) ? text : NULL);
}

void
emit_ms(struct emit *emit, const char *name, int64_t us)
{
    char text[DIGITS_ROOM + 4];
    size_t len = digits_long(text, us / 1000);

    assert(us >= 0);
    text[len] = '.';
    digits_pad(text + len + 1, (unsigned)(us % 1000), 3);
    text[len + 4] = '\0';
    emit_raw(emit, name, text);
}

void
emit_bool(struct emit *emit, const char *name, bool value)
{
    emit_raw(emit, name, value ? "true" : "false");
}

void
emit_null(struct emit *emit, const char *name)
{
    emit_raw(emit, name, "null");
}

void
emit_raw(struct emit *emit, const char *name, const char *json)
{
    lead(emit, name);
    buf_text(emit->buf, json == NULL ? "null" : json);
}

/* The two-character escape of a character, or 0 (RFC 8259, section 7). */
static char
short_escape(char c)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *found = c == '\0' ? NULL : strchr(from, c);

    return (char)(found == NULL ? '\0' : to[found - from]);
}

static void
escape_one(struct buf *buf, char c)
{
    char letter = short_escape(c);

    if ((unsigned char)c >= 0x80)
        buf_text(buf, "\xEF\xBF\xBD");
    else if (letter != '\0')
        buf_add(buf, (const char[]){'\\', letter}, 2);
    else
        buf_fmt(buf, "\\u%04x", (unsigned)(unsigned char)c);
}

/* Where the first character that may not stand as it is begins, or `end`. */
static const char *
plain_until(const char *at, const char *end)
{
    while (at < end) {
        unsigned char c = (unsigned char)*at;
        const char *next = at;

        if (c < 0x20 || c == '"' || c == '\\')
            break;
        if (c >= 0x80 && utf8_next(&next, end) == 0xFFFD && next == at + 1)
            break;
        at = c < 0x80 ? at + 1 : next;
    }
    return at;
}

void
emit_escape(struct buf *buf, const char *text, size_t len)
{
    const char *end = text + len;

    while (text < end) {
        const char *stop = plain_until(text, end);

        buf_add(buf, text, (size_t)(stop - text));
        if (stop < end)
            escape_one(buf, *stop++);
        text = stop;
    }
}
