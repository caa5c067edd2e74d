/*
 * migrate: bring a database to the schema of this program.
 *
 * One at a time (a second one waits and finds nothing to do); each migration is a transaction
 * of its own, all changed function files together are one, which also drops what stands in
 * their way and what no file defines any more (db/refit.h).  After a migration all of them are
 * applied again, so that it may drop functions.  A history that does not fit is refused before
 * anything is done: an edited, missing or unknown migration, a Postgres or pgvector that is too
 * old. Needs a role that may create roles, schemas and extensions.
 */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "base/arena.h"
#include "base/err.h"
#include "db/conn.h"
#include "db/schema.h"

#include <stdbool.h>
#include <stddef.h>

enum migrate_mode {
    MIGRATE_APPLY,
    MIGRATE_DRY_RUN, /* say what would be done, change nothing */
    MIGRATE_STATUS,  /* say how each file stands, change nothing */
};

struct migrate_step {
    const char *says; /* "applied", "not applied", "changed", "would apply", "waiting",
                         "dropped", "gone", "would forget", "forgot" */
    const char *file; /* or the function that was dropped */
    long ms;          /* -1: nothing was done */
};

struct migrate {
    struct conn *conn;
    struct arena *arena;
    const struct schema *rows;
    size_t count;
    enum migrate_mode mode;
    void (*says)(const struct migrate_step *step);
    size_t pending; /* out: files that were not as they should be */
};

bool migrate_run(struct migrate *migrate, struct err *err);

#endif
