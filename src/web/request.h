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
    const char *path_sent;    /* the same, still percent-encoded */
    const char *query;        /* after '?', still encoded; "" when there is none */
    const char *content_type; /* "" when there is none */
    const char *id;           /* nginx's $request_id or a new one */
    const char *remote;       /* the peer's address, for the log */
    struct str body;
    int client;    /* descriptor whose hang-up means that nobody waits; -1: unknown */
    char **params; /* FastCGI's NAME=value list */
};

/* Read the params of a request; its body is empty yet.  ERR_INPUT for a path or query that does
   not decode to UTF-8 without NUL, or a length that is no number; all but `path` is usable
   then, too. */
bool request_start(struct request *request, char **params, struct arena *arena,
                   struct err *err);

/* The bytes of body that the client announced; ERR_TOO_LARGE when they are more than `max`. */
bool request_announced(const struct request *request, long max, size_t *len_out,
                       struct err *err);

/* ERR_MEDIA when there is a body and its type is said and not `takes` (route.h). */
bool request_media(const struct request *request, const char *takes, struct err *err);

/* A FastCGI parameter by its name ("REMOTE_ADDR"), or NULL. */
const char *request_cgi(const struct request *request, const char *name);

/* A header by its HTTP name ("x-chroma-token"), or NULL. */
const char *request_header(const struct request *request, const char *name);

/* A decoded query parameter, or absent. */
struct str request_query(const struct request *request, struct arena *arena, const char *name);

/* The same as a number in [min, max]; *value stays as it was when the parameter is absent;
   anything else is ERR_INPUT naming the parameter. */
bool request_query_long(const struct request *request, struct arena *arena, const char *name,
                        long min, long max, long *value, struct err *err);

#endif
