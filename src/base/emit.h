/*
 * emit: write JSON into a buf, with commas where they belong.
 *
 * A name is given to each value inside an object and is NULL inside an array.  Strings are
 * escaped as RFC 8259 asks; numbers are written in the shortest form that reads back the same.
 */
#ifndef BASE_EMIT_H
#define BASE_EMIT_H

#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>

struct emit {
    struct buf *buf;
    bool comma;
};

void emit_start(struct emit *emit, struct buf *buf);
void emit_object(struct emit *emit, const char *name);
void emit_object_end(struct emit *emit);
void emit_array(struct emit *emit, const char *name);
void emit_array_end(struct emit *emit);
void emit_text(struct emit *emit, const char *name, const char *text); /* NULL writes null */
void emit_str(struct emit *emit, const char *name, struct str text);   /* absent writes null */
void emit_long(struct emit *emit, const char *name, long value);
/* A number that is not finite writes null. */
void emit_double(struct emit *emit, const char *name, double value);
void emit_float(struct emit *emit, const char *name, float value);
void emit_ms(struct emit *emit, const char *name, int64_t us); /* microseconds as 12.345 */
void emit_bool(struct emit *emit, const char *name, bool value);
void emit_null(struct emit *emit, const char *name);
void emit_raw(struct emit *emit, const char *name, const char *json); /* JSON; NULL: null */

/* Only the escaped text between the quotes, for writers of other formats. */
void emit_escape(struct buf *buf, const char *text, size_t len);

#endif
