/*
 * scan: read JSON (RFC 8259) from memory as a stream of values, without building a tree.
 *
 * Made for request bodies: a megabyte of embeddings becomes floats, not number objects.  A scan
 * checks all it passes over (grammar, UTF-8, lone surrogates, depth <= 64) and refuses NUL
 * characters in strings, which Postgres cannot store.  Errors are ERR_INPUT with line and
 * column; a value of another type than asked for is ERR_SHAPE with the path of names to it
 * ("records[3].text must be a string").  After an error every call returns false.
 *
 *     scan_start(&scan, body, len, arena, err);
 *     for (scan_object(&scan); scan_member(&scan, &name);)
 *         if (str_is(name, "k")) scan_long(&scan, 1, 1000, &k);
 *         else scan_skip(&scan);
 *     return scan_end(&scan);
 */
#ifndef BASE_SCAN_H
#define BASE_SCAN_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

enum scan_type {
    SCAN_NULL,
    SCAN_BOOL,
    SCAN_NUMBER,
    SCAN_STRING,
    SCAN_ARRAY,
    SCAN_OBJECT,
    SCAN_BAD
};

#define SCAN_DEPTH 64

struct scan {
    const char *begin, *at, *end;
    struct arena *arena;
    struct err *err;
    int depth;
    struct {
        struct str name; /* of the member we are in; absent in an array */
        long index;      /* of the item we are in; -1 before the first */
        bool first;
    } level[SCAN_DEPTH + 1];
};

void scan_start(struct scan *scan, const char *text, size_t len, struct arena *arena,
                struct err *err);
bool
scan_end(struct scan *scan); /* nothing but blanks may follow; false when anything failed */

enum scan_type scan_peek(struct scan *scan); /* the type of the next value, not consumed */

bool scan_object(struct scan *scan);                   /* enter an object */
bool scan_member(struct scan *scan, struct str *name); /* next name; false at '}' (consumed) */
bool scan_array(struct scan *scan);                    /* enter an array */
bool scan_item(struct scan *scan); /* another item; false at ']' (consumed) */

bool scan_string(struct scan *scan,
                 struct str *text); /* decoded; in place when nothing was escaped */
bool scan_long(struct scan *scan, long min, long max, long *value);
bool scan_double(struct scan *scan, double *value); /* finite */
/* Any finite number: written without point and exponent and within int64 it is whole, and then
 *integer has it, too. */
bool scan_typed(struct scan *scan, bool *is_whole, long *integer, double *value);
bool scan_bool(struct scan *scan, bool *value);
bool scan_null(struct scan *scan);                  /* consumes a null if one is next */
bool scan_raw(struct scan *scan, struct str *json); /* any value, checked, as its own text */
bool scan_skip(struct scan *scan);

/* An array of finite numbers appended to `to` as big-endian float32; *count_out is their
   number. A number beyond float32's range is ERR_SHAPE, with these words after its path. */
#define SCAN_BEYOND_FLOAT "is beyond the range of 32-bit floats"
bool scan_floats(struct scan *scan, struct buf *to, size_t *count_out);

/* An error at the present place: "records[3].text must be a string". */
bool scan_refuse(struct scan *scan, enum err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
