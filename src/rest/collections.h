/*
 * collections: /v1/collections, one function a verb.
 */
#ifndef REST_COLLECTIONS_H
#define REST_COLLECTIONS_H

#include <stdbool.h>

struct ctx;

bool collections_create(struct ctx *ctx);
bool collections_list(struct ctx *ctx);
bool collections_describe(struct ctx *ctx);
bool collections_change(struct ctx *ctx);
bool collections_delete(struct ctx *ctx);

#endif
