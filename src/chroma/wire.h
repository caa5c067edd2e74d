/*
 * wire: what every handler of Chroma's v2 API has in common.
 *
 * Paths are /api/v2/tenants/:tenant/databases/:database/collections/:collection/...  With open
 * access the path names the tenant; with a key the path must name the key's own tenant, else
 * there is nothing there (404).  Errors leave as {"error": NAME, "message": TEXT}, with the
 * names that Chroma's clients map to their exceptions.
 */
#ifndef CHROMA_WIRE_H
#define CHROMA_WIRE_H

#include "base/scan.h"
#include "db/pipe.h"
#include "web/ctx.h"

#include <stdbool.h>

#define WIRE_PREFIX   "/api/v2"
#define WIRE_BATCH    5461 /* records that clients send at once; more are taken, too */
#define WIRE_TENANT   "default_tenant"
#define WIRE_DATABASE "default_database"
#define WIRE_NAME_PATTERN                                                                      \
    "a name containing 3-512 characters from [a-zA-Z0-9._-], starting and ending "             \
    "with a character in [a-zA-Z0-9]"

/* Writes ctx->err as Chroma's clients read errors (struct serve's refuse). */
void wire_refuse(struct ctx *ctx);

/* Begin to read the body, which must hold JSON; later errors of the scan get Chroma's words. */
bool wire_scan(struct ctx *ctx, struct scan *scan);

/* A pipe that acts for the path's tenant, and its run.  With a key a statement that compares
   the key's tenant with the path's goes first. */
struct pipe *wire_pipe(struct ctx *ctx);
bool wire_run(struct ctx *ctx, struct pipe *pipe);
/* The same for lists: without such a tenant the calls have no rows. */
bool wire_run_or_nothing(struct ctx *ctx, struct pipe *pipe);

struct str wire_database(struct ctx *ctx); /* the path's :database */

/* The path's :collection, which must be a UUID. */
bool wire_collection(struct ctx *ctx, struct str *uuid_out);

/* ?limit and ?offset of lists; absent: LONG_MAX and 0. */
bool wire_page(struct ctx *ctx, long *limit_out, long *offset_out);

/* The answer {} with a status. */
void wire_done(struct ctx *ctx, int status);

#endif
