/*
 * graph: /v1/collections/:name/entities and what else asks for what records speak of.
 *
 * A name in a path or a body is any way of writing it: "Gödel's" and "godel" are one entity.
 */
#ifndef REST_GRAPH_H
#define REST_GRAPH_H

#include "web/ctx.h"

#include <stdbool.h>

bool graph_export(struct ctx *ctx);
bool graph_entities(struct ctx *ctx);
bool graph_entity(struct ctx *ctx);
bool graph_path(struct ctx *ctx);
bool graph_merge(struct ctx *ctx);
bool graph_unmerge(struct ctx *ctx);
bool graph_related(struct ctx *ctx);
bool graph_communities(struct ctx *ctx);

#endif
