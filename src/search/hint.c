/*
 * hint: what this session remembers of a collection, so that a vector search is one prepared
 * plan.
 */
#include "search/hint.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define HINTS  (CONN_NOTES / sizeof(struct hint))
#define PROBES 4

static uint32_t
hash(const char *text)
{
    uint32_t sum = 2166136261U; /* FNV-1a */

    for (; *text != '\0'; text++)
        sum = (sum ^ (unsigned char)*text) * 16777619U;
    return sum;
}

/* The key's own slot, or one near it that holds no prepared statement: those stay. */
static struct hint *
hint_room(struct hint *hints, const char *key)
{
    size_t home = hash(key) % HINTS;
    struct hint *free_one = NULL;

    for (size_t step = 0; step < PROBES; step++) {
        struct hint *hint = &hints[(home + step) % HINTS];

        if (strcmp(hint->key, key) == 0)
            return hint;
        if (free_one == NULL && !hint->prepared[0] && !hint->prepared[1])
            free_one = hint;
    }
    return free_one;
}

struct hint *
hint_of(struct conn *conn, const struct claims *claims, struct str database,
        struct str collection)
{
    const char *who = claims->kind == CLAIMS_KEY ? claims->key_id : claims->tenant;
    struct hint *hint;
    char key[HINT_KEY];
    int len = snprintf(key, sizeof key, "%d\n%s\n%.*s\n%.*s", (int)claims->kind, who,
                       (int)database.len, database.at, (int)collection.len, collection.at);

    if (len < 0 || (size_t)len >= sizeof key)
        return NULL;
    hint = hint_room(conn_notes(conn), key);
    if (hint != NULL && strcmp(hint->key, key) != 0) {
        *hint = (struct hint){.number = 0};
        memcpy(hint->key, key, (size_t)len + 1);
    }
    return hint;
}

struct call *
hint_ask(struct pipe *pipe, struct str database, struct str collection)
{
    struct call *call = pipe_add(pipe, STMT_collection_hint);

    call_str(call, database);
    call_str(call, collection);
    return call;
}

void
hint_learn(struct hint *hint, const struct call *call)
{
    if (call_rows(call) == 0)
        return;
    hint->number = call_cell_long(call, 0, 0);
    if (hint->number != hint->made_for) {
        hint->made_for = hint->number;
        hint->prepared[0] = hint->prepared[1] = false;
    }
    hint->dimension = call_cell_long(call, 0, 1);
    snprintf(hint->space, sizeof hint->space, "%s", call_cell(call, 0, 2).at);
}

void
hint_forget(struct hint *hint)
{
    hint->number = 0; /* what is prepared stays prepared */
}
