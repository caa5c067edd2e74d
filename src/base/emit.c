/*
 * emit: write JSON into a buf, with commas where they belong.
 *
 * What comes out is always valid JSON: bytes that are not UTF-8 leave as U+FFFD, and a double
 * keeps a decimal point or an exponent, so that a reader sees a fraction type again.
 */
#include "base/emit.h"

#include "base/utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
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
    buf_fmt(emit->buf, "%ld", value);
}

void
emit_double(struct emit *emit, const char *name, double value)
{
    char text[40];

    if (!isfinite(value)) {
        emit_null(emit, name);
        return;
    }
    /* 17 digits always suffice; most values need fewer. */
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    lead(emit, name);
    buf_text(emit->buf, text);
    if (strpbrk(text, ".e") == NULL)
        buf_text(emit->buf, ".0");
}

void
emit_float(struct emit *emit, const char *name, float value)
{
    char text[40];

    if (!isfinite(value)) {
        emit_null(emit, name);
        return;
    }
    /* 9 digits always suffice; most values need fewer. */
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)value);
        if (strtof(text, NULL) == value)
            break;
    }
    lead(emit, name);
    buf_text(emit->buf, text);
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
        buf_fmt(buf, "\\%c", letter);
    else
        buf_fmt(buf, "\\u%04x", (unsigned)(unsigned char)c);
}

/* Where the first character that may not stand as it is begins, or `end`. */
static const char *
plain_until(const char *at, const char *end)
{
    while (at < end) {
        const char *next = at;

        if (utf8_next(&next, end) == 0xFFFD && next == at + 1)
            break;
        if ((unsigned char)*at < 0x20 || *at == '"' || *at == '\\')
            break;
        at = next;
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
