/*
 * fuzz_uri: whatever the text, an address that is read has all parts of its kind, none of them
 * empty.
 */
#include "store/uri.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(4096);
    struct uri uri;

    if (uri_read(arena, (struct str){(const char *)data, size}, &uri)) {
        assert(uri.collection.len > 0);
        assert((uri.kind.at == NULL) == (uri.item.at == NULL));
        assert(uri.kind.at == NULL || uri.item.len > 0);
        assert(uri.item.at == NULL || memchr(uri.item.at, '\0', uri.item.len) == NULL);
    }
    arena_free(arena);
    return 0;
}
