/*
 * tools: the legacy wire for calling tools: POST /api/mcp/route and GET /api/mcp/tools.
 *
 * A message {id?, traceId?, sourceId, targetId, tool, payload, createdAt?} is answered with
 * {success: true, messageId, result} or {success: false, messageId, error}, the latter with the
 * status that fits: 404 for an unknown tool, 400 for arguments that do not fit, and so on.
 * The tenant is the caller's own: orgId, userId and boardId inside a payload are not looked at.
 */
#ifndef LEGACY_TOOLS_H
#define LEGACY_TOOLS_H

#include "web/ctx.h"

#include <stdbool.h>

bool legacy_tools_route(struct ctx *ctx);
bool legacy_tools_list(struct ctx *ctx);

#endif
