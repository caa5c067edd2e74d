/*
 * fuzz_pattern: any text becomes a pattern of Postgres with nothing but our own syntax, or a
 * reason.
 */
#include "base/utf8.h"
#include "chroma/pattern.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Brackets close, and every other character of ASCII is a letter, a digit or one that we write.
 */
static void
is_ours(const char *pattern)
{
    bool inside = false;
    int open = 0;

    for (const char *c = pattern; *c != '\0'; c++) {
        if (*c == '\\') {
            assert(c[1] == 'n' || (c[1] == 'u' && strlen(c) >= 6));
            c++;
        } else if (inside) {
            inside = *c != ']';
        } else if (*c == '[') {
            inside = true;
        } else {
            open += (*c == '(') - (*c == ')');
            assert(open > 0 || c[1] == '\0');
        }
    }
    assert(!inside && open == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct arena *arena = arena_new(4096);
    struct err err = {.kind = ERR_NONE};
    const char *pattern;
    size_t bad;

    if (utf8_valid(text.at, text.len, &bad)) {
        if (pattern_translate(arena, text, &pattern, &err))
            is_ours(pattern);
        else
            assert(err.kind == ERR_INPUT &&
                   strncmp(err.text, "Regex syntax errror: ", 21) == 0);
    }
    arena_free(arena);
    return 0;
}
