/*
 * hint: what this session remembers of a collection, so that a vector search is one prepared
 * plan and no query is embedded for nothing.
 */
#include "search/hint.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

#define HINTS    (CONN_NOTES / sizeof(struct hint))
#define PROBES   4
#define SHARE_US 10000000 /* how long a filter's share is believed */

static uint32_t
hash(const char *text)
{
    uint32_t sum = 2166136261U; /* FNV-1a */

    for (; *text != '\0'; text++)
        sum = (sum ^ (unsigned char)*text) * 16777619U;
    return sum;
}

static bool
has_prepared(const struct hint *hint)
{
    for (size_t i = 0; i < HINT_STATEMENTS; i++)
        if (hint->prepared[i][0] || hint->prepared[i][1])
            return true;
    return false;
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
        if (free_one == NULL && !has_prepared(hint))
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
    int len;

    if (claims->kind == CLAIMS_TASK)
        return NULL; /* which is over before it could profit */
    len = snprintf(key, sizeof key, "%d\n%s\n%.*s\n%.*s", (int)claims->kind, who,
                   (int)database.len, database.at, (int)collection.len, collection.at);
    if (len < 0 || (size_t)len >= sizeof key)
        return NULL;
    hint = hint_room(conn_notes(conn, CONN_SEARCHES), key);
    if (hint != NULL && strcmp(hint->key, key) != 0) {
        *hint = (struct hint){
            .place = (size_t)(hint - (struct hint *)conn_notes(conn, CONN_SEARCHES))};
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
        memset(hint->prepared, 0, sizeof hint->prepared);
        memset(hint->filters, 0, sizeof hint->filters);
    }
    hint->dimension = call_cell_long(call, 0, 1);
    hint->effort = call_cell_long(call, 0, 3);
    snprintf(hint->space, sizeof hint->space, "%s", call_cell(call, 0, 2).at);
}

void
hint_forget(struct hint *hint)
{
    hint->number = 0; /* what is prepared stays prepared */
}

double
hint_share(const struct hint *hint, const char *filter)
{
    uint32_t sum = hash(filter);
    const struct hint_filter *known = &hint->filters[sum % HINT_FILTERS];

    return known->hash == sum && clock_us() < known->until ? known->share : 0;
}

void
hint_share_learn(struct hint *hint, const char *filter, double share)
{
    uint32_t sum = hash(filter);

    hint->filters[sum % HINT_FILTERS] = (struct hint_filter){
        .hash = sum, .share = (float)share, .until = clock_us() + SHARE_US};
}
