/*
 * fuzz_extract: no source breaks an extractor, and no passage of it breaks its promises.
 *
 * The first byte chooses the kind of source: 'm' Markdown, 'h' HTML, anything else text.
 */
#include "base/utf8.h"
#include "ingest/chunk.h"
#include "ingest/extract.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(struct arena *arena, const struct document *doc, const struct chunk_rule *rule)
{
    size_t count, until = 0;
    struct chunk *chunks = chunk_document(arena, doc, rule, &count);

    for (size_t i = 0; i < doc->count; i++) {
        size_t bad;

        assert(doc->blocks[i].begin >= until && doc->blocks[i].end <= doc->text.len);
        assert(utf8_valid(doc->blocks[i].heading, str_of(doc->blocks[i].heading).len, &bad));
        until = doc->blocks[i].end;
    }
    assert((count > 0) == (doc->count > 0));
    for (size_t i = 0; i < count; i++) {
        size_t bad;

        assert(rule->tokens(rule->self, chunk_input(arena, &chunks[i])) <= rule->limit);
        assert(utf8_valid(chunks[i].text.at, chunks[i].text.len, &bad));
        assert(i == 0 || chunks[i].end > chunks[i - 1].end);
    }
    if (count > 0)
        assert(chunks[0].begin == doc->blocks[0].begin && chunks[count - 1].end == until);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *name = size > 0 && data[0] == 'm'   ? "a.md"
                       : size > 0 && data[0] == 'h' ? "a.html"
                                                    : "a.txt";
    struct arena *arena = arena_new(4096);
    struct chunk_rule rule = chunk_rule_words();
    struct document doc;
    struct err err = {0};

    rule.target = 24;
    rule.limit = 40;
    if (size > 0 &&
        extract(arena, name, (struct str){(const char *)data + 1, size - 1}, &doc, &err))
        check(arena, &doc, &rule);
    arena_free(arena);
    return 0;
}
