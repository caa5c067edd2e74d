/*
 * sqlplan: calls of SQL tools that a session keeps prepared, by tool and names of arguments.
 *
 * What is kept may be old: the statement sqltool_enter compares it with the catalogue before
 * each call.  At most SQLPLAN_MOST are kept; the one that was not used for the longest time
 * makes room.
 */
#ifndef TOOL_SQLPLAN_H
#define TOOL_SQLPLAN_H

#include "db/pipe.h"

#include <stdint.h>

struct json_object;

#define SQLPLAN_MOST 64 /* of a session; each takes some tens of kB of Postgres' memory */

#define SQLPLAN_KEY 32

struct sqlplan {
    unsigned char key[SQLPLAN_KEY];
    int64_t used;                             /* clock_us(); 0: a free place */
    char statement[64];                       /* its name in the session */
    char scope[8];                            /* that the function wants of its caller */
    char function[12], changed[12], said[12]; /* oid, and xmin of its row and of its comment */
};

/* What calls have in common that one statement is kept for: `args` is an object or NULL. */
void sqlplan_key(struct arena *arena, const char *tool, struct json_object *args,
                 unsigned char key[SQLPLAN_KEY]);

/* A copy of the kept one, which is thereby used; NULL: there is none. */
const struct sqlplan *sqlplan_use(struct arena *arena, struct conn *conn,
                                  const unsigned char key[SQLPLAN_KEY]);

/* Adds the question for a statement with this key to a pipe, behind the call; and takes its
   answer when the pipe has run. */
struct call *sqlplan_ask(struct pipe *pipe, struct conn *conn,
                         const unsigned char key[SQLPLAN_KEY], const char *tool,
                         const char *args);
void sqlplan_learn(struct conn *conn, const unsigned char key[SQLPLAN_KEY],
                   const struct call *call);

#endif
