/*
 * relations: /v1/collections/:name/relations and predicates: what is said of entities, and when
 * it held.
 */
#ifndef REST_RELATIONS_H
#define REST_RELATIONS_H

#include "web/ctx.h"

#include <stdbool.h>

bool relations_put(struct ctx *ctx);
bool relations_list(struct ctx *ctx);
bool relations_get(struct ctx *ctx);
bool relations_end(struct ctx *ctx);
bool relations_delete(struct ctx *ctx);
bool relations_forget(struct ctx *ctx);
bool relations_predicates(struct ctx *ctx);
bool relations_predicate_set(struct ctx *ctx);

#endif
