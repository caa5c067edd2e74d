/*
 * fuzz_chroma_where: any text becomes a filter whose tree is JSON, or a reason.
 */
#include "base/js.h"
#include "chroma/where.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_as(struct arena *arena, struct str where, struct str document)
{
    struct err err = {.kind = ERR_NONE}, no_tree = {.kind = ERR_NONE};
    struct chroma_filter filter;
    struct json_object *tree;

    if (!where_read(arena, where, document, &filter, &err)) {
        assert(err.kind == ERR_INPUT && (strncmp(err.text, "Invalid where", 13) == 0 ||
                                         strncmp(err.text, "Regex syntax", 12) == 0));
        return;
    }
    if (filter.tree != NULL && strlen(filter.tree) < 4096)
        assert(js_parse(arena, str_of(filter.tree), &tree, &no_tree) ||
               strstr(no_tree.text, "deep") != NULL);
    assert(filter.path == NULL || where.at != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size}, none = {NULL, 0};
    struct arena *arena = arena_new(4096);

    read_as(arena, text, none);
    read_as(arena, none, text);
    arena_free(arena);
    return 0;
}
