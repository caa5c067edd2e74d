/*
 * fuzz_scan: any bytes are either refused with a reason or read the same way twice.
 *
 * Checked besides memory: the stream and the tree agree about what is JSON, a tree written and
 * read again is written the same, and whatever emit writes is JSON.
 */
#include "base/emit.h"
#include "base/js.h"
#include "base/scan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
streams(struct arena *arena, struct str text)
{
    struct err err = {0};
    struct scan scan;
    bool good;

    scan_start(&scan, text.at, text.len, arena, &err);
    good = scan_skip(&scan) && scan_end(&scan);
    assert(good == (err.kind == ERR_NONE));
    return good;
}

static void
trees(struct arena *arena, struct str text, bool streamed)
{
    struct err err = {0};
    struct json_object *tree, *again;
    const char *written;

    if (!js_parse(arena, text, &tree, &err)) {
        assert(err.kind == ERR_INPUT || err.kind == ERR_SHAPE);
        assert(!streamed || err.kind == ERR_SHAPE); /* a number beyond double */
        return;
    }
    assert(streamed);
    written = js_text(arena, tree);
    assert(js_parse(arena, str_of(written), &again, &err));
    assert(strcmp(written, js_text(arena, again)) == 0);
}

static void
floats(struct arena *arena, struct str text)
{
    struct err err = {0};
    struct scan scan;
    struct buf buf;
    size_t count = 0;

    buf_start(&buf, arena, 64);
    scan_start(&scan, text.at, text.len, arena, &err);
    if (scan_floats(&scan, &buf, &count))
        assert(buf.len == 4 * count);
    else
        assert(err.kind != ERR_NONE && err.text[0] != '\0');
}

static void
writes(struct arena *arena, struct str text)
{
    struct buf buf;
    struct emit emit;

    if (memchr(text.at, '\0', text.len) != NULL)
        return;
    buf_start(&buf, arena, 64);
    emit_start(&emit, &buf);
    emit_str(&emit, NULL, text);
    assert(streams(arena, (struct str){buf.data, buf.len}));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(4096);
    char *copy = malloc(size > 0 ? size : 1); /* so that one byte too far is seen */
    struct str text = {copy, size};

    assert(copy != NULL);
    if (size > 0)
        memcpy(copy, data, size);
    trees(arena, text, streams(arena, text));
    floats(arena, text);
    writes(arena, text);
    arena_free(arena);
    free(copy);
    return 0;
}
