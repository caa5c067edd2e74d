/*
 * ctx: all that a handler is given: one request, its memory, its claims, its way to Postgres.
 *
 * A handler returns true when reply holds the answer, false when err holds the reason; it frees
 * nothing and never sees FastCGI.
 */
#ifndef WEB_CTX_H
#define WEB_CTX_H

#include "base/arena.h"
#include "base/err.h"
#include "db/claims.h"
#include "db/conn.h"
#include "web/reply.h"
#include "web/request.h"

#include <stdint.h>

struct calling; /* of a tool's call: tool/calling.h */
struct fcgi;    /* web/fcgi.h */
struct route;
struct turn;    /* of a tool's call: tool/turn.h */
struct service; /* what the process has for everybody: embed/service.h */

struct ctx {
    struct arena *arena;
    struct err err;
    const struct request *request;
    struct reply reply;
    const struct route *route;
    const struct service *service;
    struct conn *conn;
    struct claims claims;
    int64_t deadline;        /* clock_us() time at which the answer is no longer wanted */
    struct turn *turn;       /* NULL: no tool is called, or by a wire that cannot ask back */
    struct calling *calling; /* NULL: no tool is called */
    const char *wire;        /* by which tools are called: mcp, legacy; for the audit */
    const char *tool;        /* its name, for the log; NULL: none is called */
    struct str once_key;     /* idempotency key that came otherwise than by its header */
    bool told;               /* of a call of a tool: its event is written */
    struct fcgi *fcgi;       /* for web/piece.c alone */
    bool degraded;           /* for the log: answered with less than was asked for */
};

/* The part of the path that `:name` of the route's pattern matched, decoded. */
struct str ctx_param(struct ctx *ctx, const char *name);

#endif
