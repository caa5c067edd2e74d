/*
 * fuzz_reply: whatever an endpoint answers, nothing is taken that does not stand in the text.
 */
#include "base/js.h"
#include "graph/grounding.h"
#include "llm/completion.h"
#include "llm/quote.h"
#include "search/synthesis.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct str passages[] = {
    {"Ada Lovelace\n  met Charles Babbage in London in 1833.", 53},
    {NULL, 0},
    {"\xc3\x89"
     "dith Piaf sang in Paris.",
     26},
};

static void
stands(struct arena *arena, const struct synthesis_citation *citation)
{
    struct str whole = passages[citation->hit];

    assert(citation->text.at >= whole.at &&
           citation->text.at + citation->text.len <= whole.at + whole.len);
    assert(citation->stop > citation->start && citation->text.len > 0);
    assert(quote_flat(arena, citation->text).len > 0);
}

static void
answer(struct arena *arena, struct json_object *tree)
{
    struct synthesis *synthesis = arena_take(arena, sizeof *synthesis);
    struct err err = {.kind = ERR_NONE};

    if (!synthesis_fits(tree, &err)) {
        assert(err.kind == ERR_SHAPE);
        return;
    }
    synthesis_judge(arena, tree, passages, 3, synthesis);
    assert((synthesis->count == 0) == (synthesis->refusal != NULL));
    for (size_t i = 0; i < synthesis->count; i++) {
        assert(synthesis->sentences[i].citations_count > 0);
        for (size_t k = 0; k < synthesis->sentences[i].citations_count; k++)
            stands(arena, &synthesis->sentences[i].citations[k]);
    }
}

static void
extraction(struct arena *arena, struct json_object *tree)
{
    struct grounding *found = arena_take(arena, sizeof *found);
    struct json_object *again = NULL;
    struct err err = {.kind = ERR_NONE};
    struct emit emit;
    struct buf json;

    if (!grounding_fits(tree, &err)) {
        assert(err.kind == ERR_SHAPE);
        return;
    }
    buf_start(&json, arena, 64);
    emit_start(&emit, &json);
    emit_array(&emit, NULL);
    grounding_judge(arena, tree, passages[0], 7, STR("r"), &emit, found);
    emit_array_end(&emit);
    assert(js_parse(arena, (struct str){json.data, json.len}, &again, &err));
    assert(js_count(again) <= GROUNDING_RELATIONS);
    for (size_t i = 0; i < found->entities_count; i++) {
        assert(found->entities[i].key.len > 0);
        assert(found->entities[i].start >= 7 && found->entities[i].stop <= 7 + 53 &&
               found->entities[i].start < found->entities[i].stop);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(4096);
    struct str text = {(const char *)data, size};
    struct completion_reply reply;
    struct json_object *tree = NULL;
    struct err err = {.kind = ERR_NONE};

    if (completion_read(arena, text, &reply, &err) && reply.content.at != NULL)
        text = reply.content;
    err = (struct err){.kind = ERR_NONE};
    if (js_parse(arena, text, &tree, &err)) {
        answer(arena, tree);
        extraction(arena, tree);
    }
    (void)completion_failure(arena, (struct str){(const char *)data, size});
    arena_free(arena);
    return 0;
}
