/*
 * metadata: what Postgres keeps of a record's metadata, as Chroma's clients read it.
 */
#include "chroma/metadata.h"

#include "base/digits.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SHORT_NUMBER 17 /* no number of so few characters needs another form */

/* Past the closing quote of a string that begins at `at`. */
static const char *
string_end(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++)
        at += *at == '\\';
    return at < end ? at + 1 : end;
}

static void
number_write(struct buf *buf, const char *at, size_t len)
{
    struct str text = {at, len};
    char digits[DIGITS_ROOM];
    double value;
    long whole;

    if (len > SHORT_NUMBER && !str_to_long(text, INT64_MIN, INT64_MAX, &whole)) {
        value = strtod(str_copy(buf->arena, text), NULL);
        if (isfinite(value)) {
            buf_add(buf, digits, digits_double(digits, value));
            return;
        }
    }
    buf_add(buf, at, len);
}

void
metadata_emit(struct emit *emit, const char *name, struct str json)
{
    const char *at = json.at, *end = at == NULL ? NULL : at + json.len, *next;
    struct buf *buf = emit->buf;

    if (at == NULL || str_is(json, "{}")) {
        emit_null(emit, name);
        return;
    }
    emit_raw(emit, name, ""); /* all that stands before a value */
    for (; at < end; at = next) {
        if (*at == '"') {
            next = string_end(at, end);
            buf_add(buf, at, (size_t)(next - at));
        } else if (*at == '-' || (*at >= '0' && *at <= '9')) {
            next = at + strspn(at, "+-.0123456789eE");
            number_write(buf, at, (size_t)(next - at));
        } else {
            next = at + 1;
            if (*at != ' ')
                buf_byte(buf, *at);
        }
    }
}
