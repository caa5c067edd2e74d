/*
 * sqlstate: what an error of Postgres means to the caller.
 *
 * One table from SQLSTATE to the kind of error and a sentence that is safe for the client; what
 * Postgres said goes to err->detail, for the log.  Class KV is raised by our own functions: its
 * number is the kind and its message is the client's.
 */
#ifndef DB_SQLSTATE_H
#define DB_SQLSTATE_H

#include "base/err.h"

#include <stdbool.h>

struct pg_result;

/* Sets err from a failed result of the statement `what`; returns false. */
bool sqlstate_set(struct err *err, const struct pg_result *result, const char *what);

/* The same from its parts; state NULL: not from the server. */
bool sqlstate_set_text(struct err *err, const char *state, const char *message,
                       const char *what);

/* After this error the connection is of no more use. */
bool sqlstate_is_final(const char *state);

#endif
