/*
 * route: which handler answers which method and path.
 *
 * Paths are compared as they were sent, segment by segment, so that an encoded '/' stays inside
 * its segment.  Of several rows that match, the first one wins.
 */
#ifndef WEB_ROUTE_H
#define WEB_ROUTE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

struct ctx;

struct route {
    const char *method;
    const char
        *path; /* "/v1/collections/:name": a segment that begins with ':' matches any one */
    bool (*handle)(struct ctx *ctx);
    const char *scope; /* what the caller must be allowed: read, write, admin; NULL is public */
    const char *says;  /* one sentence, for documents */
    const char *takes; /* media type of the bodies it reads; NULL: JSON; "*": any */
};

/* The row, or NULL with ERR_MISSING (no such path) or ERR_METHOD (text lists the allowed ones).
   `path` is still percent-encoded.  HEAD finds the row of GET. */
const struct route *route_find(const struct route *table, size_t count, const char *method,
                               const char *path, struct err *err);

/* "GET, HEAD, OPTIONS": the value of Allow for this path. */
void route_allow(const struct route *table, size_t count, const char *path, struct buf *to);

/* The part of the still encoded path that `:name` matched, decoded; absent when the row has no
   such segment. */
struct str route_param(const struct route *route, const char *path, const char *name,
                       struct arena *arena);

#endif
