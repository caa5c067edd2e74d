/*
 * param: arguments of a tool that the client repeats in headers.
 *
 * A property of a tool's inputSchema with "x-mcp-header": NAME is sent as the header
 * Mcp-Param-NAME too, so that what stands between may decide by it; as with the other headers
 * of 2026-07-28, one that tells something else than the body is refused (Transports, Streamable
 * HTTP, "Server validation").  An argument that is absent or null has no header.
 */
#ifndef MCP_PARAM_H
#define MCP_PARAM_H

#include "mcp/rpc.h"
#include "tool/tool.h"

/* False: an error is answered. */
bool param_check(struct ctx *ctx, const struct rpc *rpc, const struct tool *tool,
                 struct json_object *args);

#endif
