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

struct json_object;

/* Calls a tool as the wire does: what names the caller in the payload is left out. */
bool legacy_tools_call(struct ctx *ctx, struct str tool, struct json_object *payload,
                       const char **result_out);

/* Answers the reason in ctx->err in the legacy shape; false when it is for the log alone. */
bool legacy_tools_refuse(struct ctx *ctx, struct str message_id);

bool legacy_tools_route(struct ctx *ctx);
bool legacy_tools_list(struct ctx *ctx);

#endif
