/*
 * sparse: a sparse vector in metadata, read and written in one form.
 */
#include "chroma/sparse.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

struct numbers {
    double *list;
    size_t count, room;
    bool is_given;
};

struct sparse {
    struct scan *scan;
    struct numbers indices, values;
    struct buf tokens; /* JSON strings with commas between */
    size_t tokens_count;
    bool has_tokens;
    bool is_other; /* a member of another form */
};

size_t
sparse_digits(char text[DIGITS_ROOM + 2], double value)
{
    size_t len;

    if (fabs(value) >= 9223372036854775808.0 || value != trunc(value))
        return digits_double(text, value);
    len = digits_long(text, (long)value);
    memcpy(text + len, ".0", 3);
    return len + 2;
}

static void
number_add(struct arena *arena, struct numbers *to, double value)
{
    if (to->count == to->room) {
        size_t room = to->room == 0 ? 32 : 2 * to->room;
        double *list = arena_take(arena, room * sizeof *list);

        if (to->count > 0)
            memcpy(list, to->list, to->count * sizeof *list);
        to->list = list;
        to->room = room;
    }
    to->list[to->count++] = value;
}

/* The scan stands on a value of another type than wanted, which is passed over. */
static bool
other(struct sparse *sparse)
{
    sparse->is_other = true;
    return scan_skip(sparse->scan);
}

static bool
numbers_read(struct sparse *sparse, struct numbers *to, bool whole)
{
    struct scan *scan = sparse->scan;
    double value;
    long integer;
    bool is_whole;

    *to = (struct numbers){.is_given = true};
    if (scan_peek(scan) != SCAN_ARRAY)
        return other(sparse);
    for (scan_array(scan); scan_item(scan);) {
        if (scan_peek(scan) != SCAN_NUMBER) {
            if (!other(sparse))
                return false;
            continue;
        }
        if (!scan_typed(scan, &is_whole, &integer, &value))
            return false;
        if (whole && (!is_whole || integer < 0 || integer > UINT32_MAX))
            sparse->is_other = true;
        number_add(scan->arena, to, value);
    }
    return scan->err->kind == ERR_NONE;
}

static bool
tokens_read(struct sparse *sparse)
{
    struct scan *scan = sparse->scan;
    struct emit emit;
    struct str token;

    if (scan_null(scan))
        return true;
    if (scan_peek(scan) != SCAN_ARRAY)
        return other(sparse);
    buf_start(&sparse->tokens, scan->arena, 64);
    emit_start(&emit, &sparse->tokens);
    emit_array(&emit, NULL);
    sparse->has_tokens = true;
    for (scan_array(scan); scan_item(scan); sparse->tokens_count++) {
        if (scan_peek(scan) != SCAN_STRING) {
            if (!other(sparse))
                return false;
            continue;
        }
        if (!scan_string(scan, &token))
            return false;
        emit_str(&emit, NULL, token);
    }
    emit_array_end(&emit);
    return scan->err->kind == ERR_NONE;
}

static bool
member_read(struct sparse *sparse, struct str name)
{
    struct str type;

    if (str_is(name, "indices"))
        return numbers_read(sparse, &sparse->indices, true);
    if (str_is(name, "values"))
        return numbers_read(sparse, &sparse->values, false);
    if (str_is(name, "tokens"))
        return tokens_read(sparse);
    if (!str_is(name, "#type"))
        return scan_skip(sparse->scan);
    if (scan_peek(sparse->scan) != SCAN_STRING)
        return other(sparse);
    if (!scan_string(sparse->scan, &type))
        return false;
    sparse->is_other = sparse->is_other || !str_is(type, "sparse_vector");
    return true;
}

/* As many values as indices, these ascending, those finite as floats. */
static bool
is_valid(const struct sparse *sparse)
{
    const struct numbers *indices = &sparse->indices, *values = &sparse->values;

    if (indices->count != values->count ||
        (sparse->has_tokens && sparse->tokens_count != indices->count))
        return false;
    for (size_t i = 0; i < indices->count; i++) {
        if (i > 0 && indices->list[i] <= indices->list[i - 1])
            return false;
        if (!isfinite((float)values->list[i]))
            return false;
    }
    return true;
}

/* A float's own digits, with a point also where its shortest text has none. */
static void
value_emit(struct emit *emit, float value)
{
    char text[DIGITS_ROOM + 2];

    if (value == truncf(value))
        sparse_digits(text, (double)value);
    else
        digits_float(text, value);
    emit_raw(emit, NULL, text);
}

static void
sparse_emit(const struct sparse *sparse, struct emit *emit, const char *name)
{
    emit_object(emit, name);
    emit_text(emit, "#type", "sparse_vector");
    emit_array(emit, "indices");
    for (size_t i = 0; i < sparse->indices.count; i++)
        emit_long(emit, NULL, (long)sparse->indices.list[i]);
    emit_array_end(emit);
    emit_array(emit, "values");
    for (size_t i = 0; i < sparse->values.count; i++)
        value_emit(emit, (float)sparse->values.list[i]);
    emit_array_end(emit);
    if (sparse->has_tokens)
        emit_raw(emit, "tokens", sparse->tokens.data);
    emit_object_end(emit);
}

enum sparse_outcome
sparse_read(struct scan *scan, struct emit *emit, const char *name)
{
    struct sparse sparse = {.scan = scan};
    struct str member;

    if (!scan_object(scan))
        return SPARSE_FAILED;
    while (scan_member(scan, &member))
        if (!member_read(&sparse, member))
            return SPARSE_FAILED;
    if (scan->err->kind != ERR_NONE)
        return SPARSE_FAILED;
    if (sparse.is_other || !sparse.indices.is_given || !sparse.values.is_given)
        return SPARSE_OTHER;
    if (!is_valid(&sparse))
        return SPARSE_INVALID;
    sparse_emit(&sparse, emit, name);
    return SPARSE_GOOD;
}
