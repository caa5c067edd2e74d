/*
 * columns: which parts of records a client asked for (`include`), and the answer in columns.
 */
#include "chroma/columns.h"

#include "base/digits.h"
#include "chroma/metadata.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
static const struct {
    const char *name;
    char letter; /* in the text for statements; 0: none needed */
} parts[COLUMN_COUNT] = {
    [COLUMN_ID]        = {"ids",        0},
    [COLUMN_DOCUMENT]  = {"documents",  'd'},
    [COLUMN_METADATA]  = {"metadatas",  'm'},
    [COLUMN_URI]       = {"uris",       'u'},
    [COLUMN_EMBEDDING] = {"embeddings", 'e'},
    [COLUMN_DISTANCE]  = {"distances",  0},
};

/* The order of the answer's members. */
static const enum column members[] = {COLUMN_ID,  COLUMN_EMBEDDING, COLUMN_DOCUMENT,
                                      COLUMN_URI, COLUMN_METADATA,  COLUMN_DISTANCE};
/* clang-format on */
#define MEMBERS (sizeof members / sizeof members[0])

void
columns_start(struct columns *columns, bool query)
{
    *columns = (struct columns){.wanted = {[COLUMN_ID] = true,
                                           [COLUMN_DOCUMENT] = true,
                                           [COLUMN_METADATA] = true,
                                           [COLUMN_DISTANCE] = query},
                                .echo = query ? "[\"documents\",\"metadatas\",\"distances\"]"
                                              : "[\"documents\",\"metadatas\"]"};
}

static bool
name_read(struct columns *columns, struct scan *scan, struct emit *echo)
{
    struct str name;

    if (!scan_string(scan, &name))
        return false;
    for (size_t i = COLUMN_DOCUMENT; i < COLUMN_COUNT; i++) {
        if (str_is(name, parts[i].name)) {
            columns->wanted[i] = true;
            emit_str(echo, NULL, name);
            return true;
        }
    }
    return scan_refuse(scan, ERR_SHAPE,
                       "unknown variant `%.*s`, expected one of `distances`, `documents`, "
                       "`embeddings`, `metadatas`, `uris`",
                       (int)(name.len < 60 ? name.len : 60), name.at);
}

bool
columns_scan(struct columns *columns, struct scan *scan)
{
    struct buf buf;
    struct emit echo;

    if (!scan_array(scan))
        return false;
    *columns = (struct columns){.wanted = {[COLUMN_ID] = true}};
    buf_start(&buf, scan->arena, 64);
    emit_start(&echo, &buf);
    emit_array(&echo, NULL);
    while (scan_item(scan)) {
        if (!name_read(columns, scan, &echo))
            return false;
    }
    emit_array_end(&echo);
    columns->echo = buf.data;
    return scan->err->kind == ERR_NONE;
}

const char *
columns_letters(const struct columns *columns, struct arena *arena)
{
    char *letters = arena_take(arena, COLUMN_COUNT + 1);
    size_t len = 0;

    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        if (columns->wanted[i] && parts[i].letter != 0)
            letters[len++] = parts[i].letter;
    }
    return letters;
}

/* Postgres writes the fewest digits, too; a client wants to see that they are of a fraction. */
static void
float_write(struct buf *buf, const char *at, size_t len)
{
    char digits[DIGITS_ROOM];

    if (memchr(at, 'e', len) != NULL) {
        buf_add(buf, digits, digits_float(digits, strtof(at, NULL)));
        return;
    }
    buf_add(buf, at, len);
    if (memchr(at, '.', len) == NULL)
        buf_add(buf, ".0", 2);
}

/* "[1,0.5]" as Postgres prints a vector. */
static void
vector_emit(struct emit *emit, struct str vector)
{
    const char *at = vector.at;
    struct buf *buf = emit->buf;

    if (at == NULL) {
        emit_null(emit, NULL);
        return;
    }
    emit_raw(emit, NULL, "[");
    assert(*at == '[');
    for (at++; *at != ']' && *at != '\0';) {
        size_t len = strcspn(at, ",]");

        float_write(buf, at, len);
        at += len;
        if (*at == ',')
            buf_byte(buf, *at++);
    }
    buf_byte(buf, ']');
}

void
columns_cell(struct emit *emit, const struct call *call, size_t row, enum column column)
{
    struct str cell = call_cell(call, row, (int)column);

    switch (column) {
    case COLUMN_METADATA: metadata_emit(emit, NULL, cell); break;
    case COLUMN_EMBEDDING: vector_emit(emit, cell); break;
    case COLUMN_DISTANCE:
        emit_float(emit, NULL, (float)call_cell_double(call, row, (int)column));
        break;
    case COLUMN_ID:
    case COLUMN_DOCUMENT:
    case COLUMN_URI:
    case COLUMN_COUNT: emit_str(emit, NULL, cell); break;
    }
}

void
columns_list(struct emit *emit, const char *name, const struct call *call, enum column column,
             size_t from, size_t to)
{
    emit_array(emit, name);
    for (size_t row = from; row < to; row++)
        columns_cell(emit, call, row, column);
    emit_array_end(emit);
}

void
columns_emit(struct emit *emit, const struct columns *columns, const struct call *call)
{
    for (size_t i = 0; i < MEMBERS; i++) {
        if (members[i] == COLUMN_DISTANCE)
            continue; /* there are none; the name is tolerated */
        if (columns->wanted[members[i]])
            columns_list(emit, parts[members[i]].name, call, members[i], 0, call_rows(call));
        else
            emit_null(emit, parts[members[i]].name);
    }
    emit_raw(emit, "include", columns->echo);
}

static void
nested_emit(struct emit *emit, enum column column, const struct call *call, const size_t *ends,
            size_t count)
{
    size_t from = 0;

    emit_array(emit, parts[column].name);
    for (size_t i = 0; i < count; from = ends[i++])
        columns_list(emit, NULL, call, column, from, ends[i]);
    emit_array_end(emit);
}

void
columns_emit_query(struct emit *emit, const struct columns *columns, const struct call *call,
                   const size_t *ends, size_t count)
{
    for (size_t i = 0; i < MEMBERS; i++) {
        if (columns->wanted[members[i]])
            nested_emit(emit, members[i], call, ends, count);
        else
            emit_null(emit, parts[members[i]].name);
    }
    emit_raw(emit, "include", columns->echo);
}
