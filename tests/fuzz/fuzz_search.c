/*
 * fuzz_search: any body of /search becomes searches within their limits, or a reason.
 */
#include "chroma/search.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct chroma_search *search)
{
    assert(search->limit >= 0 && search->offset >= 0);
    assert(search->select_count <= CHROMA_SEARCH_KEYS);
    assert(search->group.keys <= GROUP_KEYS && search->group_key_count <= GROUP_KEYS);
    assert((search->group.keys > 0) == (search->group_key_count > 0));
    assert(search->group.keys == 0 || search->group.k > 0);
    for (size_t i = 0; i < search->group.keys; i++)
        assert(search->group.by[i] < (int)search->by_key_count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(4096);
    struct chroma_searches searches;
    struct err err = {0};
    struct scan scan;

    scan_start(&scan, (const char *)data, size, arena, &err);
    if (chroma_search_scan(&scan, arena, &searches)) {
        for (size_t i = 0; i < searches.count; i++)
            check(&searches.list[i]);
    } else {
        assert(err.kind == ERR_INPUT || err.kind == ERR_SHAPE || err.kind == ERR_UNAVAILABLE);
    }
    arena_free(arena);
    return 0;
}
