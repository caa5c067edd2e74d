/*
 * typed: a record's metadata, checked and written anew so that the types of its values last.
 */
#include "chroma/typed.h"

#include "base/digits.h"
#include "chroma/sparse.h"

#include <limits.h>
#include <math.h>
#include <string.h>

static const char *const kind_names[TYPED_KINDS] = {"string", "int", "float", "bool",
                                                    "sparse_vector"};

struct item {
    struct str text;
    double real;
    long whole;
    bool truth;
};

struct reading {
    struct typed *typed;
    struct scan *scan;
    struct emit emit;
    struct buf buf;
    size_t index;
    struct str key;
    const char *name; /* the key, for base/emit */
};

void
typed_start(struct typed *typed, struct arena *arena, bool keeps_nulls)
{
    *typed = (struct typed){.keeps_nulls = keeps_nulls};
    names_start(&typed->keys, arena);
}

static void
kind_note(struct typed *typed, struct str key, enum typed_kind kind)
{
    bool is_new;
    size_t at = names_put(&typed->keys, key, &is_new);

    if (at >= typed->room) {
        size_t room = typed->room == 0 ? 16 : 2 * typed->room;
        unsigned char *kinds = arena_take(typed->keys.arena, room);

        if (typed->room > 0)
            memcpy(kinds, typed->kinds, typed->room);
        typed->kinds = kinds;
        typed->room = room;
    }
    typed->kinds[at] |= (unsigned char)(1u << kind);
}

static bool
refuse_value(struct reading *reading)
{
    return err_set(reading->scan->err, ERR_SHAPE,
                   "metadatas[%zu].%.*s: data did not match any variant of untagged enum "
                   "UpdateMetadataValue",
                   reading->index, (int)(reading->key.len < 60 ? reading->key.len : 60),
                   reading->key.at);
}

static bool
refuse_metadata(struct reading *reading)
{
    return err_set(reading->scan->err, ERR_INPUT,
                   "Validation error: metadatas: Invalid metadata at index %zu",
                   reading->index);
}

static bool
item_read(struct reading *reading, struct item *item, enum typed_kind *kind_out)
{
    struct scan *scan = reading->scan;
    bool is_whole;

    switch (scan_peek(scan)) {
    case SCAN_STRING: *kind_out = TYPED_STRING; return scan_string(scan, &item->text);
    case SCAN_BOOL: *kind_out = TYPED_BOOL; return scan_bool(scan, &item->truth);
    case SCAN_NUMBER:
        if (!scan_typed(scan, &is_whole, &item->whole, &item->real))
            return false;
        *kind_out = is_whole ? TYPED_INT : TYPED_FLOAT;
        return true;
    case SCAN_NULL:
    case SCAN_ARRAY:
    case SCAN_OBJECT: return refuse_value(reading);
    case SCAN_BAD: break;
    }
    return scan_skip(scan); /* says what is wrong */
}

static void
item_emit(struct emit *emit, const char *name, const struct item *item, enum typed_kind kind)
{
    char digits[DIGITS_ROOM + 2];

    switch (kind) {
    case TYPED_STRING: emit_str(emit, name, item->text); return;
    case TYPED_BOOL: emit_bool(emit, name, item->truth); return;
    case TYPED_INT: emit_long(emit, name, item->whole); return;
    case TYPED_FLOAT:
        sparse_digits(digits, item->real);
        emit_raw(emit, name, digits);
        return;
    case TYPED_SPARSE:
    case TYPED_KINDS: return;
    }
}

/* All items are of the first one's kind; ints among floats become floats. */
static bool
join_kinds(enum typed_kind *all, enum typed_kind kind)
{
    bool is_number = kind == TYPED_INT || kind == TYPED_FLOAT;

    if (*all == kind)
        return true;
    if (!is_number || (*all != TYPED_INT && *all != TYPED_FLOAT))
        return false;
    *all = TYPED_FLOAT;
    return true;
}

/* What says that the key has no value takes away the one it had. */
static void
nothing_emit(struct reading *reading)
{
    if (reading->typed->keeps_nulls) {
        reading->typed->has_nulls = true;
        emit_null(&reading->emit, reading->name);
    }
}

static bool
null_value(struct reading *reading)
{
    nothing_emit(reading);
    return scan_skip(reading->scan);
}

struct items {
    struct item *list;
    size_t count, room;
    enum typed_kind kind; /* of all of them */
};

static struct item *
items_add(struct items *items, struct arena *arena)
{
    if (items->count == items->room) {
        struct item *wider = arena_take(arena, (2 * items->room + 8) * sizeof *wider);

        if (items->count > 0)
            memcpy(wider, items->list, items->count * sizeof *wider);
        items->list = wider;
        items->room = 2 * items->room + 8;
    }
    return &items->list[items->count++];
}

static bool
items_read(struct reading *reading, struct items *items)
{
    if (!scan_array(reading->scan))
        return false;
    while (scan_item(reading->scan)) {
        enum typed_kind kind = TYPED_STRING;

        if (!item_read(reading, items_add(items, reading->typed->keys.arena), &kind))
            return false;
        if (items->count == 1)
            items->kind = kind;
        else if (!join_kinds(&items->kind, kind))
            return refuse_value(reading);
    }
    return reading->scan->err->kind == ERR_NONE;
}

static bool
array_read(struct reading *reading)
{
    struct items items = {.kind = TYPED_STRING};

    if (!items_read(reading, &items))
        return false;
    if (items.count == 0) {
        nothing_emit(reading);
        return true;
    }
    kind_note(reading->typed, reading->key, items.kind);
    emit_array(&reading->emit, reading->name);
    for (size_t i = 0; i < items.count; i++)
        item_emit(&reading->emit, NULL, &items.list[i], items.kind);
    emit_array_end(&reading->emit);
    return true;
}

static bool
sparse_value(struct reading *reading)
{
    switch (sparse_read(reading->scan, &reading->emit, reading->name)) {
    case SPARSE_GOOD: kind_note(reading->typed, reading->key, TYPED_SPARSE); return true;
    case SPARSE_OTHER: return refuse_value(reading);
    case SPARSE_INVALID: return refuse_metadata(reading);
    case SPARSE_FAILED: break;
    }
    return false;
}

static bool
value_read(struct reading *reading)
{
    struct item item = {0};
    enum typed_kind kind = TYPED_STRING;

    switch (scan_peek(reading->scan)) {
    case SCAN_NULL: return null_value(reading);
    case SCAN_ARRAY: return array_read(reading);
    case SCAN_OBJECT: return sparse_value(reading);
    case SCAN_BOOL:
    case SCAN_NUMBER:
    case SCAN_STRING:
    case SCAN_BAD: break;
    }
    if (!item_read(reading, &item, &kind))
        return false;
    kind_note(reading->typed, reading->key, kind);
    item_emit(&reading->emit, reading->name, &item, kind);
    return true;
}

bool
typed_read(struct typed *typed, struct scan *scan, size_t index, struct str *json_out)
{
    struct arena *arena = typed->keys.arena;
    struct reading reading = {.typed = typed, .scan = scan, .index = index};

    if (!scan_object(scan))
        return false;
    buf_start(&reading.buf, arena, 256);
    emit_start(&reading.emit, &reading.buf);
    emit_object(&reading.emit, NULL);
    while (scan_member(scan, &reading.key)) {
        if (reading.key.len == 0 || *reading.key.at == '#' || *reading.key.at == '$')
            return refuse_metadata(&reading);
        reading.name = str_copy(arena, reading.key);
        if (!value_read(&reading))
            return false;
    }
    emit_object_end(&reading.emit);
    *json_out = (struct str){reading.buf.data, reading.buf.len};
    return scan->err->kind == ERR_NONE;
}

const char *
typed_keys(const struct typed *typed, struct arena *arena)
{
    struct buf buf;
    struct emit emit;

    if (typed->keys.count == 0)
        return NULL;
    buf_start(&buf, arena, 256);
    emit_start(&emit, &buf);
    emit_object(&emit, NULL);
    for (size_t i = 0; i < typed->keys.count; i++) {
        emit_array(&emit, str_copy(arena, typed->keys.list[i]));
        for (int kind = 0; kind < TYPED_KINDS; kind++)
            if ((typed->kinds[i] >> kind & 1) != 0)
                emit_text(&emit, NULL, kind_names[kind]);
        emit_array_end(&emit);
    }
    emit_object_end(&emit);
    return buf.data;
}
