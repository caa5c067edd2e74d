/*
 * sqlplan: calls of SQL tools that a session keeps prepared, by tool and names of arguments.
 */
#include "tool/sqlplan.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/digest.h"
#include "base/js.h"

#include <string.h>

enum { KEPT, SCOPE, FUNCTION, CHANGED, SAID }; /* columns of sqltool_keep */

_Static_assert(SQLPLAN_MOST * sizeof(struct sqlplan) <= CONN_NOTES, "they fit");

void
sqlplan_key(struct arena *arena, const char *tool, struct json_object *args,
            unsigned char key[SQLPLAN_KEY])
{
    struct buf text;

    buf_start(&text, arena, 256);
    buf_add(&text, tool, strlen(tool) + 1);
    for (struct js_place at = {0}; js_next(args, &at);) {
        char type = (char)('0' + js_type(at.value));

        buf_add(&text, &type, 1);
        buf_add(&text, at.name, strlen(at.name) + 1);
    }
    digest_sha256(text.data, text.len, key);
}

static struct sqlplan *
find(struct conn *conn, const unsigned char key[SQLPLAN_KEY])
{
    struct sqlplan *plans = conn_notes(conn, CONN_TOOLS);

    for (size_t i = 0; i < SQLPLAN_MOST && plans[i].used != 0; i++)
        if (memcmp(plans[i].key, key, SQLPLAN_KEY) == 0)
            return &plans[i];
    return NULL;
}

const struct sqlplan *
sqlplan_use(struct arena *arena, struct conn *conn, const unsigned char key[SQLPLAN_KEY])
{
    struct sqlplan *plan = find(conn, key), *used;

    if (plan == NULL)
        return NULL;
    plan->used = clock_us();
    used = arena_take(arena, sizeof *used); /* the session may end while it is in use */
    *used = *plan;
    return used;
}

/* Its own place, the first free one, or the one that was not used for the longest time. */
static struct sqlplan *
place_for(struct conn *conn, const unsigned char key[SQLPLAN_KEY])
{
    struct sqlplan *plans = conn_notes(conn, CONN_TOOLS), *oldest = find(conn, key);

    if (oldest != NULL)
        return oldest;
    oldest = &plans[0];
    for (size_t i = 1; i < SQLPLAN_MOST; i++)
        if (plans[i].used < oldest->used)
            oldest = &plans[i];
    return oldest;
}

/* The statement that is needed no longer when a place is taken; calls that give the same names
   in another order share one. */
static const char *
leaver(struct conn *conn, const struct sqlplan *place)
{
    const struct sqlplan *plans = conn_notes(conn, CONN_TOOLS);

    for (size_t i = 0; i < SQLPLAN_MOST; i++)
        if (&plans[i] != place && strcmp(plans[i].statement, place->statement) == 0)
            return NULL;
    return place->used == 0 ? NULL : place->statement;
}

struct call *
sqlplan_ask(struct pipe *pipe, struct conn *conn, const unsigned char key[SQLPLAN_KEY],
            const char *tool, const char *args)
{
    struct call *call = pipe_add(pipe, STMT_sqltool_keep);

    call_text(call, conf_text(CONF_tool_schema));
    call_text(call, conf_text(CONF_tool_role));
    call_text(call, tool);
    call_text(call, args);
    call_text(call, leaver(conn, place_for(conn, key)));
    return call;
}

static bool
copy(char *to, size_t room, const struct call *call, int column)
{
    struct str cell = call_cell(call, 0, column);

    if (cell.len >= room)
        return false;
    memcpy(to, cell.len == 0 ? "" : cell.at, cell.len);
    to[cell.len] = '\0';
    return true;
}

void
sqlplan_learn(struct conn *conn, const unsigned char key[SQLPLAN_KEY], const struct call *call)
{
    struct sqlplan plan = {.used = clock_us()};

    if (call_rows(call) == 0)
        return;
    memcpy(plan.key, key, SQLPLAN_KEY);
    if (copy(plan.statement, sizeof plan.statement, call, KEPT) &&
        copy(plan.scope, sizeof plan.scope, call, SCOPE) &&
        copy(plan.function, sizeof plan.function, call, FUNCTION) &&
        copy(plan.changed, sizeof plan.changed, call, CHANGED) &&
        copy(plan.said, sizeof plan.said, call, SAID))
        *place_for(conn, key) = plan;
}
