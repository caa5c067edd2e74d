/*
 * fuzz_query: whatever the text, its clauses stand inside it and none is empty, and what is
 * plain holds no more than the text.
 */
#include "words/query.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(4096);
    struct str text = {(const char *)data, size};
    struct query query = query_read(arena, text);

    assert(query.count >= 1 && query.count <= QUERY_CLAUSES + 1);
    assert(query.plain.len <= size && query.clauses[0].text.len <= size);
    for (size_t i = 1; i < query.count; i++) {
        const struct query_clause *clause = &query.clauses[i];

        assert(clause->text.len > 0 && clause->text.at >= text.at &&
               clause->text.at + clause->text.len <= text.at + size);
        assert(clause->sign != QUERY_MAY || clause->is_prefix);
    }
    (void)query_has_phrases(&query);
    arena_free(arena);
    return 0;
}
