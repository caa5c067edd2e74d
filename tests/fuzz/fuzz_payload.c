/*
 * fuzz_payload: any body becomes columns that fit each other, or a reason.
 *
 * The first byte chooses add, upsert or update.  Metadata that was taken is taken again as it
 * was written, and comes out the same.
 */
#include "chroma/payload.h"
#include "db/call.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
written_again(struct arena *arena, struct str json)
{
    struct err err = {0};
    struct typed typed;
    struct scan scan;
    struct str again;

    typed_start(&typed, arena, true);
    scan_start(&scan, json.at, json.len, arena, &err);
    assert(typed_read(&typed, &scan, 0, &again) && scan_end(&scan));
    assert(str_same(json, again));
}

static void
fits(const struct payload *payload, const struct payload_column *column)
{
    assert(!column->is_given || column->count == payload->ids.count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(4096);
    struct pipe pipe = {.arena = arena};
    struct err err = {0};
    struct payload payload;
    struct scan scan;

    if (size > 0) {
        payload_start(&payload, (enum payload_verb)(data[0] % 3), &pipe, arena);
        scan_start(&scan, (const char *)data + 1, size - 1, arena, &err);
        if (payload_read(&payload, &scan)) {
            fits(&payload, &payload.documents);
            fits(&payload, &payload.metadatas);
            fits(&payload, &payload.uris);
            assert(payload.vectors_count == 0 || payload.vectors_count == payload.ids.count);
            for (size_t i = 0; i < payload.metadatas.count; i++)
                if (payload.metadatas.list[i].at != NULL)
                    written_again(arena, payload.metadatas.list[i]);
        } else {
            assert(err.kind == ERR_INPUT || err.kind == ERR_SHAPE);
        }
    }
    arena_free(arena);
    return 0;
}
