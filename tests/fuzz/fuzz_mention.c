/*
 * fuzz_mention: whatever the text, mentions stand inside it in order, and come out the same
 * again.
 */
#include "graph/gram.h"
#include "graph/mention.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(4096);
    struct mention_source source = {.document = {(const char *)data, size},
                                    .metadata = STR("{\"title\": \"T\"}")};
    struct mention_list once = mention_find(arena, &source), again;

    source.metadata = (struct str){(const char *)data, size};
    (void)mention_find(arena, &source);
    source.metadata = STR("{\"title\": \"T\"}");
    again = mention_find(arena, &source);
    assert(once.count == again.count && once.grams_count == again.grams_count);
    for (size_t i = 0; i < once.count; i++) {
        assert(str_same(once.at[i].key, again.at[i].key) && once.at[i].key.len > 0);
        assert(once.at[i].start >= 0 && once.at[i].start < once.at[i].stop);
        assert(once.at[i].field.len > 0 || (size_t)once.at[i].stop <= size);
    }
    (void)gram_of_question(arena, source.document);
    arena_free(arena);
    return 0;
}
