/*
 * judge_schema: judges values by schemas, for tests/it/schemas.py.
 *
 * The first line of standard input is an object of documents by their addresses; each other one
 * is {"schema", "values"}.  Each is answered by a line with one letter for each value: y fits,
 * n does not, x cannot be judged; and why not, for the last that did not fit.
 */
#include "base/js.h"
#include "tool/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
answer(struct arena *arena, struct json_object *documents, struct str line)
{
    struct json_object *query = NULL, *values;
    struct err err = {.kind = ERR_NONE}, why = err;
    struct schema *schema;

    if (!js_parse(arena, line, &query, &err)) {
        printf("? %s\n", err.text);
        return;
    }
    schema = schema_open(arena, js_find(query, "schema"));
    for (struct js_place p = {0}; js_next(documents, &p);)
        schema_add(schema, p.name, p.value);
    values = js_find(query, "values");
    for (size_t i = 0; i < js_count(values); i++) {
        err = (struct err){.kind = ERR_NONE};
        if (schema_holds(schema, js_item(values, i), &err)) {
            putchar('y');
            continue;
        }
        why = err;
        putchar(err.kind == ERR_INPUT ? 'n' : 'x');
    }
    why.text[strcspn(why.text, "\n")] = '\0';
    printf(" %s\n", why.text);
}

int
main(void)
{
    struct arena *kept = arena_new(4096), *arena = arena_new(4096);
    struct json_object *documents = NULL;
    struct err err = {.kind = ERR_NONE};
    char *line = NULL;
    size_t room = 0;

    if (getline(&line, &room, stdin) < 0 || !js_parse(kept, str_of(line), &documents, &err)) {
        printf("no documents: %s\n", err.text);
        return 1;
    }
    while (getline(&line, &room, stdin) >= 0) {
        answer(arena, documents, str_of(line));
        arena_reset(arena);
    }
    free(line);
    arena_free(arena);
    arena_free(kept);
    return 0;
}
