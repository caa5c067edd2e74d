/*
 * notes: /v1/notes, one function a verb.
 */
#ifndef REST_NOTES_H
#define REST_NOTES_H

#include <stdbool.h>

struct ctx;

bool notes_create(struct ctx *ctx);
bool notes_search(struct ctx *ctx); /* by words and tags, in pages */
bool notes_list(struct ctx *ctx);
bool notes_get(struct ctx *ctx);
bool notes_update(struct ctx *ctx);
bool notes_delete(struct ctx *ctx);

#endif
