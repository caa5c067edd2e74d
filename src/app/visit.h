/*
 * visit: what a verb of the command line opens to work on the database as a tenant.
 *
 * The command line is trusted by its connection string, so the tenant is taken by name.
 */
#ifndef APP_VISIT_H
#define APP_VISIT_H

#include "base/arena.h"
#include "base/err.h"
#include "db/claims.h"
#include "db/conn.h"
#include "db/pipe.h"
#include "embed/service.h"

#include <stdbool.h>

struct visit {
    struct arena *arena;
    struct conn *conn;
    struct embed *embed; /* NULL: none installed, or none wanted */
    struct err no_model; /* why, when one is wanted */
    struct service service;
    struct claims claims;
};

enum visit_model { VISIT_WITHOUT_MODEL, VISIT_WITH_MODEL };

/* As the role of setting `database`, or with `admin` of database_admin. */
bool visit_begin(struct visit *visit, enum visit_model model, bool admin, struct err *err);
void visit_end(struct visit *visit);

struct pipe *visit_pipe(struct visit *visit);
bool visit_run(struct pipe *pipe, struct err *err); /* a minute's patience */

#endif
