/*
 * memories: /v1/memory, one function a verb.
 */
#ifndef REST_MEMORIES_H
#define REST_MEMORIES_H

#include <stdbool.h>

struct ctx;

bool memories_put(struct ctx *ctx);
bool memories_search(struct ctx *ctx);
bool memories_tag(struct ctx *ctx);
bool memories_relate(struct ctx *ctx);
bool memories_related(struct ctx *ctx);
bool memories_delete(struct ctx *ctx);

#endif
