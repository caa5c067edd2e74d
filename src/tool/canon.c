/*
 * canon: the SHA-256 of arguments, the same for all texts that mean the same JSON.
 */
#include "tool/canon.h"

#include "base/digest.h"
#include "base/emit.h"
#include "base/js.h"

#include <stdlib.h>
#include <string.h>

static int
by_name(const void *a, const void *b)
{
    return strcmp(((const struct js_place *)a)->name, ((const struct js_place *)b)->name);
}

static void write_value(struct arena *arena, struct json_object *value, const char *name,
                        struct emit *emit);

static void
write_object(struct arena *arena, struct json_object *object, const char *name,
             struct emit *emit)
{
    size_t count = js_count(object), filled = 0;
    struct js_place *members = arena_take(arena, (count + 1) * sizeof *members);

    for (struct js_place at = {0}; filled < count && js_next(object, &at);)
        members[filled++] = at;
    qsort(members, filled, sizeof *members, by_name);
    emit_object(emit, name);
    for (size_t i = 0; i < filled; i++)
        write_value(arena, members[i].value, members[i].name, emit);
    emit_object_end(emit);
}

/* As deep as js_parse() lets a value be. */
static void
write_value(struct arena *arena, struct json_object *value, const char *name, struct emit *emit)
{
    switch (js_type(value)) {
    case JS_OBJECT: write_object(arena, value, name, emit); break;
    case JS_ARRAY:
        emit_array(emit, name);
        for (size_t i = 0; i < js_count(value); i++)
            write_value(arena, js_item(value, i), NULL, emit);
        emit_array_end(emit);
        break;
    case JS_STRING: emit_str(emit, name, js_str(value)); break;
    case JS_NULL: emit_null(emit, name); break;
    case JS_BOOL:
    case JS_LONG:
    case JS_DOUBLE: emit_raw(emit, name, js_text(arena, value)); break;
    }
}

static void
write_text(struct arena *arena, struct json_object *value, struct buf *text)
{
    struct emit emit;

    buf_start(text, arena, 256);
    emit_start(&emit, text);
    write_value(arena, value, NULL, &emit);
}

const char *
canon_text(struct arena *arena, struct json_object *value)
{
    struct buf text;

    write_text(arena, value, &text);
    return text.data;
}

void
canon_digest(struct arena *arena, struct json_object *value, unsigned char digest[CANON_DIGEST])
{
    struct buf text;

    write_text(arena, value, &text);
    digest_sha256(text.data, text.len, digest);
}
