/*
 * who: on whose behalf a request runs, from what it carries.
 *
 * Nothing is looked up here: the claims travel with the request's statements, and Postgres
 * decides whether the key is known and what it may do (db/claims.h).
 */
#ifndef ACCESS_WHO_H
#define ACCESS_WHO_H

#include "base/str.h"

#include <stdbool.h>

struct ctx;

/* For struct serve: an API key ("Authorization: Bearer kv_..." or "x-chroma-token: kv_..."), or
   with auth=open default_tenant for those who bring none.  ERR_AUTH otherwise. */
bool who_admit(struct ctx *ctx);

/* The caller of an admitted request, for what is bound to him: "key ID" or "open TENANT". */
const char *who_principal(struct ctx *ctx);

/* A W3C traceparent of version 00 that is not all zero. */
bool who_trace_valid(struct str text);

#endif
