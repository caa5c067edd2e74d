/*
 * refit: make room for functions that `create or replace` cannot replace.
 *
 * Postgres replaces a function only while its result, the names of its arguments and its
 * defaults stay.  Here it is asked what the files of functions would make if nothing were in
 * their way, in a part of the transaction that is rolled back; what the database has instead,
 * and what no file makes any more, is then dropped.  Never dropped is what a migration made, or
 * what belongs to somebody else.
 */
#ifndef DB_REFIT_H
#define DB_REFIT_H

#include "base/err.h"
#include "db/migrate.h"

#include <stdbool.h>

/* Within a transaction that is rolled back on failure.  After a drop all files of functions
   have to be applied.  ERR_CONFLICT: something that is not ours to drop uses such a function.
 */
bool refit_run(const struct migrate *migrate, bool *dropped_out, struct err *err);

#endif
