/*
 * exec: text that is run as it stands, outside any pipeline.
 *
 * For migrations and for what cannot run in a transaction (CREATE INDEX CONCURRENTLY).  The
 * text comes from sql/ or from a function of the database, never from a client; rows are thrown
 * away.
 */
#ifndef DB_EXEC_H
#define DB_EXEC_H

#include "base/err.h"
#include "db/conn.h"

#include <stdbool.h>
#include <stdint.h>

#define EXEC_FOREVER INT64_MAX /* a deadline that never comes */

/* One statement, or a script, whose statements are one transaction.  `what` names it in
   err->detail, with the line of the script ("0001_foundation.sql:12").  At the deadline it is
   cancelled: ERR_TIMEOUT. */
bool exec_run(struct conn *conn, const char *what, const char *text, int64_t deadline,
              struct err *err);

/* A transaction of several exec_run() and pipe_run() calls.  Rolling back never fails: when the
   server cannot be told, the connection is closed, which does the same. */
bool exec_begin(struct conn *conn, struct err *err);
bool exec_commit(struct conn *conn, struct err *err);
void exec_rollback(struct conn *conn);

#endif
