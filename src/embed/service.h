/*
 * service: what one process has for all its requests; immutable while threads run.
 *
 * Handlers find it at ctx->service.  It stands in the lowest folder that knows all its parts.
 */
#ifndef EMBED_SERVICE_H
#define EMBED_SERVICE_H

#include "embed/embed.h"

struct endpoint; /* llm/endpoint.h */
struct fill;     /* graph/fill.h */
struct limit;    /* bus/limit.h */
struct journal;  /* tool/journal.h */
struct vault;    /* access/vault.h */

struct service {
    const struct embed *embed; /* NULL: answer by words alone and say "degraded" */
    const char
        *embed_missing;   /* why embed is NULL although a model is wanted; "" when it is not */
    struct endpoint *llm; /* NULL: no language model is asked anything */
    struct vault *vault;  /* the secret of this installation; itself guarded */
    const char *redis;    /* URL; "" when this installation has none */
    struct limit *limit;  /* how often tools may be called; NULL: as often as one likes */
    struct journal *journal; /* of calls of tools; NULL: each is written by itself */
    struct fill *graphs;     /* whole ones, to explore; NULL: none is kept */
};

#endif
