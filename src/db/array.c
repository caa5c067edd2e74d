/*
 * array: a one-dimensional array in the binary form that Postgres receives.
 *
 * Header: dimensions, has-null flag, type of the items, count, lower bound; then each item as
 * length and bytes, length -1 for null (array_recv() in the server's source).
 */
#include "db/call.h"

#include <assert.h>
#include <string.h>

enum { AT_DIMENSIONS = 0, AT_NULLS = 4, AT_TYPE = 8, AT_COUNT = 12, HEADER = 20 };
enum { EMPTY_HEADER = 12 };

/* Types of items, as the server's catalogue numbers them; that of vectors is told later. */
static const uint32_t item_oids[] = {
    [ARRAY_TEXT] = 25, [ARRAY_JSONB] = 3802, [ARRAY_VECTOR] = 0,
    [ARRAY_LONG] = 20, [ARRAY_DOUBLE] = 701, [ARRAY_BYTES] = 17};

#define NULL_LENGTH UINT32_MAX
#define ITEM_MAX    0x3fffffff

static void
header_put(struct array *array, size_t at, uint32_t value)
{
    unsigned char bytes[4] = {(unsigned char)(value >> 24), (unsigned char)(value >> 16),
                              (unsigned char)(value >> 8), (unsigned char)value};

    memcpy(array->buf.data + at, bytes, sizeof bytes);
}

struct array *
array_new(struct pipe *pipe, enum array_kind kind)
{
    struct array *array = arena_take(pipe->arena, sizeof *array);

    *array = (struct array){.next = pipe->arrays, .pipe = pipe, .kind = kind};
    pipe->arrays = array;
    buf_start(&array->buf, pipe->arena, 1024);
    for (size_t at = 0; at < AT_COUNT; at += 4)
        buf_be32(&array->buf, 0);
    buf_be32(&array->buf, 0); /* count: array_close() */
    buf_be32(&array->buf, 1); /* lower bound, as everywhere in SQL */
    return array;
}

static void
item_begin(struct array *array, size_t len)
{
    assert(!array->is_bound);
    if (len > ITEM_MAX)
        err_set(&array->pipe->refused, ERR_TOO_LARGE,
                "one item of %zu bytes is more than the database takes", len);
    array->count++;
    buf_be32(&array->buf, (uint32_t)len);
}

void
array_null(struct array *array)
{
    item_begin(array, 0);
    array->buf.len -= 4;
    buf_be32(&array->buf, NULL_LENGTH);
    array->has_null = true;
}

void
array_str(struct array *array, struct str item)
{
    size_t version = array->kind == ARRAY_JSONB ? 1 : 0;

    assert(array->kind == ARRAY_TEXT || array->kind == ARRAY_JSONB);
    if (item.at == NULL) {
        array_null(array);
        return;
    }
    item_begin(array, item.len + version);
    if (version != 0)
        buf_byte(&array->buf, 1); /* of jsonb's binary form */
    buf_add(&array->buf, item.at, item.len);
}

void
array_bytes(struct array *array, const void *bytes, size_t len)
{
    assert(array->kind == ARRAY_BYTES);
    item_begin(array, len);
    buf_add(&array->buf, bytes, len);
}

void
array_long(struct array *array, long item)
{
    assert(array->kind == ARRAY_LONG);
    item_begin(array, 8);
    buf_be64(&array->buf, (uint64_t)item);
}

void
array_double(struct array *array, double item)
{
    uint64_t bits;

    assert(array->kind == ARRAY_DOUBLE);
    memcpy(&bits, &item, sizeof bits);
    item_begin(array, 8);
    buf_be64(&array->buf, bits);
}

void
array_vector(struct array *array, const void *floats_be, size_t dims)
{
    assert(array->kind == ARRAY_VECTOR);
    if (dims == 0)
        array_null(array);
    else
        memcpy(array_vector_room(array, dims), floats_be, dims * 4);
}

void *
array_vector_room(struct array *array, size_t dims)
{
    assert(array->kind == ARRAY_VECTOR && dims > 0);
    if (dims > INT16_MAX)
        err_set(&array->pipe->refused, ERR_INPUT, "%zu dimensions are too many", dims);
    item_begin(array, 4 + dims * 4);
    buf_be16(&array->buf, (uint16_t)dims);
    buf_be16(&array->buf, 0); /* reserved by pgvector */
    buf_reserve(&array->buf, dims * 4);
    array->buf.len += dims * 4;
    return array->buf.data + array->buf.len - dims * 4;
}

void
array_expect(struct array *array, size_t bytes)
{
    buf_reserve(&array->buf, bytes);
}

const void *
array_close(struct array *array, size_t *len_out)
{
    array->is_bound = true;
    header_put(array, AT_DIMENSIONS, array->count == 0 ? 0 : 1);
    header_put(array, AT_NULLS, array->has_null ? 1 : 0);
    header_put(array, AT_TYPE, item_oids[array->kind]);
    header_put(array, AT_COUNT, array->count);
    *len_out = array->count == 0 ? EMPTY_HEADER : array->buf.len;
    return array->buf.data;
}

bool
array_needs_vector(const struct pipe *pipe)
{
    for (const struct array *array = pipe->arrays; array != NULL; array = array->next)
        if (array->kind == ARRAY_VECTOR)
            return true;
    return false;
}

/* The type's oid differs from database to database: known only once we are connected. */
void
array_set_vector(struct pipe *pipe, uint32_t oid)
{
    for (struct array *array = pipe->arrays; array != NULL; array = array->next)
        if (array->kind == ARRAY_VECTOR)
            header_put(array, AT_TYPE, oid);
}
