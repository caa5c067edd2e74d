/*
 * collections: Chroma's collections, one function a verb.
 */
#ifndef CHROMA_COLLECTIONS_H
#define CHROMA_COLLECTIONS_H

#include "web/ctx.h"

#include <stdbool.h>

bool chroma_collections_create(struct ctx *ctx);
bool chroma_collections_list(struct ctx *ctx);
bool chroma_collections_count(struct ctx *ctx);
bool chroma_collections_get(struct ctx *ctx);
bool chroma_collections_by_id(struct ctx *ctx);
bool chroma_collections_by_crn(struct ctx *ctx);
bool chroma_collections_change(struct ctx *ctx);
bool chroma_collections_delete(struct ctx *ctx);
bool chroma_collections_fork(struct ctx *ctx);
bool chroma_collections_fork_count(struct ctx *ctx);
bool chroma_collections_progress(struct ctx *ctx);
bool chroma_collections_functions(struct ctx *ctx); /* not here */

#endif
