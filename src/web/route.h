/*
 * route: which handler answers which method and path.
 */
#ifndef WEB_ROUTE_H
#define WEB_ROUTE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct ctx;

struct route {
    const char *method;
    const char *path; /* "/v1/collections/:name": a segment that begins with ':' matches any one */
    bool (*handle)(struct ctx *ctx);
    const char *scope; /* what the caller must be allowed: read, write, admin; NULL is public */
    const char *says;  /* one sentence, for documents */
};

/* The row, or NULL with ERR_MISSING (no such path) or ERR_METHOD (text lists the allowed ones). */
const struct route *route_find(const struct route *table, size_t count, const char *method,
                               const char *path, struct err *err);

#endif
