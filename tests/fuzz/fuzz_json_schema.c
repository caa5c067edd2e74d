/*
 * fuzz_json_schema: any schema judges any value, or says why it cannot, within its bounds.
 *
 * The input is a JSON array [schema, value].
 */
#include "base/js.h"
#include "tool/schema.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(4096);
    struct json_object *pair = NULL;
    struct err err = {0}, again = {0}, why = {0};

    if (js_parse(arena, (struct str){(const char *)data, size}, &pair, &err) &&
        js_count(pair) == 2) {
        struct schema *schema = schema_open(arena, js_item(pair, 0));
        bool first = schema_holds(schema, js_item(pair, 1), &err);
        bool second = schema_holds(schema, js_item(pair, 1), &again);

        assert(first == second && first == (err.kind == ERR_NONE));
        assert(err.kind == again.kind);
        assert(err.kind == ERR_NONE || err.kind == ERR_INPUT || err.kind == ERR_UNAVAILABLE);
        (void)schema_check(arena, js_item(pair, 0), js_item(pair, 1), &why);
        if (schema_accept(arena, js_item(pair, 0), &(struct err){0}))
            assert(why.kind == ERR_NONE || why.text[0] != '\0');
    }
    arena_free(arena);
    return 0;
}
