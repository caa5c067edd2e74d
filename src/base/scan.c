/*
 * scan: read JSON (RFC 8259) from memory as a stream of values, without building a tree.
 *
 * Here: structure, types, paths and errors.  Strings are read by scan_text.c, numbers by
 * scan_number.c.
 */
#include "base/scan.h"

#include "base/scan_part.h"

#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PATH_ROOM 140 /* leaves room for the reason in an err */

void
scan_start(struct scan *scan, const char *text, size_t len, struct arena *arena,
           struct err *err)
{
    memset(scan, 0, sizeof *scan);
    scan->begin = scan->at = text;
    scan->end = text + len;
    scan->arena = arena;
    scan->err = err;
}

bool
scan_part_failed(const struct scan *scan)
{
    return scan->err->kind != ERR_NONE;
}

/* Lines and columns count from 1; a column is a character. */
bool
scan_part_syntax(struct scan *scan, const char *at, const char *what)
{
    long line = 1, column = 1;

    for (const char *c = scan->begin; c < at; c++) {
        if (*c == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)*c & 0xC0) != 0x80) {
            column++;
        }
    }
    return err_set(scan->err, ERR_INPUT, "invalid JSON at line %ld, column %ld: %s", line,
                   column, what);
}

static void
path_write(const struct scan *scan, char path[PATH_ROOM])
{
    size_t used = 0;

    path[0] = '\0';
    for (int i = 1; i <= scan->depth && used < PATH_ROOM; i++) {
        struct str name = scan->level[i].name;
        int more = 0;

        if (name.at != NULL)
            more = snprintf(path + used, PATH_ROOM - used, "%s%.*s", used > 0 ? "." : "",
                            (int)(name.len < 40 ? name.len : 40), name.at);
        else if (scan->level[i].index >= 0)
            more = snprintf(path + used, PATH_ROOM - used, "[%ld]", scan->level[i].index);
        used += (size_t)more;
    }
    if (path[0] == '\0')
        strcpy(path, "the body");
}

bool
scan_refuse(struct scan *scan, enum err_kind kind, const char *fmt, ...)
{
    char path[PATH_ROOM], reason[200];
    va_list ap;

    assert(fmt != NULL);
    va_start(ap, fmt);
    vsnprintf(reason, sizeof reason, fmt, ap);
    va_end(ap);
    path_write(scan, path);
    return err_set(scan->err, kind, "%s %s", path, reason);
}

static void
blanks(struct scan *scan)
{
    while (scan->at < scan->end &&
           (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\r' || *scan->at == '\t'))
        scan->at++;
}

/* The next character that is not blank, or '\0' at the end (which no JSON may hold there). */
static char
next_char(struct scan *scan)
{
    blanks(scan);
    return (char)(scan->at < scan->end ? *scan->at : '\0');
}

bool
scan_end(struct scan *scan)
{
    if (scan_part_failed(scan))
        return false;
    assert(scan->depth == 0);
    blanks(scan);
    return scan->at == scan->end ||
           scan_part_syntax(scan, scan->at, "nothing may follow the value");
}

enum scan_type
scan_peek(struct scan *scan)
{
    char c = next_char(scan);

    if (scan_part_failed(scan))
        return SCAN_BAD;
    switch (c) {
    case '{': return SCAN_OBJECT;
    case '[': return SCAN_ARRAY;
    case '"': return SCAN_STRING;
    case 't':
    case 'f': return SCAN_BOOL;
    case 'n': return SCAN_NULL;
    case '-': return SCAN_NUMBER;
    default: return c >= '0' && c <= '9' ? SCAN_NUMBER : SCAN_BAD;
    }
}

static bool
literal(struct scan *scan, const char *word)
{
    size_t len = strlen(word);

    if ((size_t)(scan->end - scan->at) < len || memcmp(scan->at, word, len) != 0)
        return scan_part_syntax(scan, scan->at, "a value is expected");
    scan->at += len;
    return true;
}

bool
scan_part_need(struct scan *scan, enum scan_type wanted)
{
    static const char *const names[] = {"null",     "true or false", "a number",
                                        "a string", "an array",      "an object"};
    enum scan_type found = scan_peek(scan);

    if (scan_part_failed(scan))
        return false;
    if (found == SCAN_BAD)
        return scan_part_syntax(scan, scan->at,
                                scan->at == scan->end ? "the text ends before a value"
                                                      : "a value is expected");
    if (found == wanted)
        return true;
    if (found == SCAN_NULL && !literal(scan, "null")) /* only its first letter was seen */
        return false;
    return scan_refuse(scan, ERR_SHAPE, "must be %s", names[wanted]);
}

/* Step over the opening bracket of the wanted type. */
static bool
enter(struct scan *scan, enum scan_type wanted)
{
    if (!scan_part_need(scan, wanted))
        return false;
    if (scan->depth == SCAN_DEPTH)
        return scan_part_syntax(scan, scan->at, "nested too deeply");
    scan->at++;
    scan->depth++;
    scan->level[scan->depth].name = (struct str){NULL, 0};
    scan->level[scan->depth].index = -1;
    scan->level[scan->depth].first = true;
    return true;
}

bool
scan_object(struct scan *scan)
{
    return enter(scan, SCAN_OBJECT);
}

bool
scan_array(struct scan *scan)
{
    return enter(scan, SCAN_ARRAY);
}

/* Before an element: past the comma (true), or past the closing bracket (false). */
static bool
another(struct scan *scan, char close)
{
    bool first = scan->level[scan->depth].first;
    char c = next_char(scan);

    assert(scan->depth > 0);
    if (c == close) {
        scan->at++;
        scan->depth--;
        return false;
    }
    scan->level[scan->depth].first = false;
    if (first)
        return true;
    if (c == ',') {
        scan->at++;
        return true;
    }
    return scan_part_syntax(scan, scan->at,
                            close == '}' ? "',' or '}' is expected" : "',' or ']' is expected");
}

bool
scan_member(struct scan *scan, struct str *name)
{
    if (scan_part_failed(scan) || !another(scan, '}'))
        return false;
    if (next_char(scan) != '"')
        return scan_part_syntax(scan, scan->at, "a name in quotes is expected");
    if (!scan_text_read(scan, name))
        return false;
    if (next_char(scan) != ':')
        return scan_part_syntax(scan, scan->at, "':' is expected");
    scan->at++;
    scan->level[scan->depth].name = *name;
    return true;
}

bool
scan_item(struct scan *scan)
{
    if (scan_part_failed(scan) || !another(scan, ']'))
        return false;
    scan->level[scan->depth].index++;
    return true;
}

bool
scan_bool(struct scan *scan, bool *value)
{
    if (!scan_part_need(scan, SCAN_BOOL))
        return false;
    *value = *scan->at == 't';
    return literal(scan, *value ? "true" : "false");
}

bool
scan_null(struct scan *scan)
{
    return scan_peek(scan) == SCAN_NULL && literal(scan, "null");
}

bool
scan_string(struct scan *scan, struct str *text)
{
    return scan_part_need(scan, SCAN_STRING) && scan_text_read(scan, text);
}

bool
scan_double(struct scan *scan, double *value)
{
    struct scan_number number;

    if (!scan_part_need(scan, SCAN_NUMBER) || !scan_number_read(scan, &number))
        return false;
    return scan_number_to_double(scan, &number, value) ||
           scan_refuse(scan, ERR_SHAPE, "is beyond the range of numbers");
}

bool
scan_typed(struct scan *scan, bool *is_whole, long *integer, double *value)
{
    struct scan_number number;

    if (!scan_part_need(scan, SCAN_NUMBER) || !scan_number_read(scan, &number))
        return false;
    *is_whole = number.whole && str_to_long(number.text, LONG_MIN, LONG_MAX, integer);
    return scan_number_to_double(scan, &number, value) ||
           scan_refuse(scan, ERR_SHAPE, "is beyond the range of numbers");
}

bool
scan_long(struct scan *scan, long min, long max, long *value)
{
    struct scan_number number;

    if (!scan_part_need(scan, SCAN_NUMBER) || !scan_number_read(scan, &number))
        return false;
    if (number.whole && str_to_long(number.text, min, max, value))
        return true;
    if (min == LONG_MIN && max == LONG_MAX)
        return scan_refuse(scan, ERR_SHAPE, "must be a whole number");
    if (max == LONG_MAX)
        return scan_refuse(scan, ERR_SHAPE, "must be a whole number, at least %ld", min);
    return scan_refuse(scan, ERR_SHAPE, "must be a whole number from %ld to %ld", min, max);
}

bool
scan_floats(struct scan *scan, struct buf *to, size_t *count_out)
{
    size_t count = 0;

    if (!scan_array(scan))
        return false;
    for (; scan_item(scan); count++) {
        struct scan_number number;
        float value;
        uint32_t bits;

        if (!scan_part_need(scan, SCAN_NUMBER) || !scan_number_read(scan, &number))
            return false;
        if (!scan_number_to_float(scan, &number, &value))
            return scan_refuse(scan, ERR_SHAPE, SCAN_BEYOND_FLOAT);
        memcpy(&bits, &value, sizeof bits);
        buf_be32(to, bits);
    }
    *count_out = count;
    return !scan_part_failed(scan);
}

static bool
skip_scalar(struct scan *scan, enum scan_type type)
{
    struct scan_number number;
    struct str text;
    bool value;

    if (type == SCAN_STRING)
        return scan_string(scan, &text);
    if (type == SCAN_NUMBER)
        return scan_number_read(scan, &number);
    if (type == SCAN_BOOL)
        return scan_bool(scan, &value);
    return type == SCAN_NULL ? scan_null(scan) : scan_part_need(scan, SCAN_NULL);
}

/* An opened container is left again at its end; one bit per level remembers which kind it is.
 */
bool
scan_skip(struct scan *scan)
{
    bool is_object[SCAN_DEPTH + 1];
    int outside = scan->depth;
    struct str name;

    do {
        enum scan_type type = scan_peek(scan);

        if (type == SCAN_OBJECT || type == SCAN_ARRAY) {
            if (!enter(scan, type))
                return false;
            is_object[scan->depth] = type == SCAN_OBJECT;
        } else if (!skip_scalar(scan, type)) {
            return false;
        }
        while (scan->depth > outside) {
            int depth = scan->depth;

            if (is_object[depth] ? scan_member(scan, &name) : scan_item(scan))
                break;
            if (scan->depth == depth) /* not left: an error */
                return false;
        }
    } while (scan->depth > outside);
    return true;
}

bool
scan_raw(struct scan *scan, struct str *json)
{
    const char *begin;

    blanks(scan);
    begin = scan->at;
    if (!scan_skip(scan))
        return false;
    *json = (struct str){begin, (size_t)(scan->at - begin)};
    return true;
}
