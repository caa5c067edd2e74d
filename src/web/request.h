/*
 * request: one HTTP request as the program sees it, whatever carried it here.
 */
#ifndef WEB_REQUEST_H
#define WEB_REQUEST_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

struct request {
    const char *method;       /* "GET", as sent */
    const char *path;         /* decoded, begins with '/' */
    const char *query;        /* after '?', still encoded; "" when there is none */
    const char *content_type; /* "" when there is none */
    const char *id;           /* nginx's $request_id or a new one */
    const char *remote;       /* the peer's address, for the log */
    struct str body;
    int client;               /* descriptor whose hang-up means that nobody waits; -1: unknown */
    char **params;            /* FastCGI's NAME=value list */
};

/* A header by its HTTP name ("x-chroma-token"), or NULL. */
const char *request_header(const struct request *request, const char *name);

/* A decoded query parameter, or absent. */
struct str request_query(const struct request *request, struct arena *arena, const char *name);

/* The same as a number in [min, max]; *value stays as it was when the parameter is absent;
   anything else is ERR_INPUT naming the parameter. */
bool request_query_long(const struct request *request, struct arena *arena, const char *name,
                        long min, long max, long *value, struct err *err);

#endif
