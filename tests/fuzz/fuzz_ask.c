/*
 * fuzz_ask: any body of /v1/search becomes a search within its limits, or a reason.
 */
#include "search/search.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct search *search)
{
    const struct rerank *rerank = &search->rerank;

    assert(search->limit >= 1 && search->limit <= SEARCH_LIMIT && search->offset >= 0);
    assert(search->weight <= 1 && rerank->json != NULL);
    assert(rerank->lambda >= 0 && rerank->lambda <= 1);
    assert(!rerank->has_recency || rerank->half_life > 0);
    assert(rerank->recency_weight >= 0 && rerank->importance_weight >= 0);
    assert(rerank->recency_weight + rerank->importance_weight <= 1);
    assert(!rerank_is_asked(rerank) || search->limit + search->offset <= RERANK_DEPTH);
    assert(!rerank->highlight || search->query.at != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(4096);
    struct err err = {0};
    struct search search;
    struct scan scan;

    scan_start(&scan, (const char *)data, size, arena, &err);
    search_start(&search, arena);
    if (search_scan(&scan, &search))
        check(&search);
    else
        assert(err.kind != ERR_NONE && err.text[0] != '\0');
    arena_free(arena);
    return 0;
}
