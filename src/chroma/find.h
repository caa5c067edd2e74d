/*
 * find: what Chroma's clients read: get, count and query.
 */
#ifndef CHROMA_FIND_H
#define CHROMA_FIND_H

#include "web/ctx.h"

#include <stdbool.h>

bool chroma_find_get(struct ctx *ctx);
/* A get that notes what it saw, for a commit on condition that it still holds (commit.h). */
bool chroma_find_conditional(struct ctx *ctx);
bool chroma_find_count(struct ctx *ctx);
bool chroma_find_query(struct ctx *ctx);

#endif
