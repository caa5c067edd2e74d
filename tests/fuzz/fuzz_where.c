/*
 * fuzz_where: any JSON becomes a filter or a reason, and no text of it leaves its quotes.
 */
#include "base/js.h"
#include "store/where.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Outside of quotes only the characters of our own syntax and of numbers may stand. */
static void
stays_quoted(const char *jsonpath)
{
    bool inside = false;
    int open = 0;

    for (const char *c = jsonpath; *c != '\0'; c++) {
        if (inside && *c == '\\') {
            c++;
            assert(*c != '\0');
        } else if (*c == '"') {
            inside = !inside;
        } else if (!inside) {
            assert(strchr("$.?()[]*&|!=<>+- ", *c) != NULL || (*c >= '0' && *c <= '9') ||
                   (*c >= 'a' && *c <= 'z'));
            open += (*c == '(') - (*c == ')');
            assert(open >= 0);
        }
    }
    assert(!inside && open == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(4096);
    struct str text = {(const char *)data, size};
    struct err err = {0};
    struct json_object *tree;
    const char *jsonpath;

    if (js_parse(arena, text, &tree, &err)) {
        if (!where_compile(arena, tree, &jsonpath, &err))
            assert(err.kind == ERR_SHAPE && strncmp(err.text, "where", 5) == 0);
        else if (jsonpath != NULL)
            stays_quoted(jsonpath);
    }
    arena_free(arena);
    return 0;
}
