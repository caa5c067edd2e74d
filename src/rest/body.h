/*
 * body: what the handlers of our own REST have in common.
 */
#ifndef REST_BODY_H
#define REST_BODY_H

#include "base/scan.h"
#include "db/pipe.h"
#include "store/record.h"
#include "web/ctx.h"

#include <stdbool.h>

/* Begin to read the request's JSON; an empty body is ERR_INPUT. */
bool body_scan(struct ctx *ctx, struct scan *scan);

/* The database that the request names (?database=), else the default one. */
struct str body_database(struct ctx *ctx);

/* A pipe with the caller's claims, and its run within the request's deadline. */
struct pipe *body_pipe(struct ctx *ctx);
bool body_run(struct ctx *ctx, struct pipe *pipe);

/* A pipe with one statement about the collection of the path, its first two parameters bound;
   and its run, the JSON of its only cell being the answer. */
struct call *body_call(struct ctx *ctx, enum stmt_id stmt, struct pipe **pipe_out);
bool body_tell(struct ctx *ctx, struct pipe *pipe, struct call *call);

/* {"ids": [...], "where": {...}, "limit": n, "offset": n, "include": [...]} */
struct body_selection {
    struct record_choice choice;
    long limit, offset;
    bool with_embedding;
};
bool body_selection(struct ctx *ctx, struct body_selection *selection);

#endif
