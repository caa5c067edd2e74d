/*
 * mcp: the Model Context Protocol over HTTP: POST /mcp, both generations on one address.
 *
 * Each message is answered by one JSON object, or by a stream of events (mcp/sse.h).  An older
 * client gets a session by initialize and ends it by DELETE; one that brings none is served all
 * the same.  GET opens a stream of notifications.
 */
#ifndef MCP_MCP_H
#define MCP_MCP_H

#include "web/ctx.h"

#include <stdbool.h>

#define MCP_PREFIX "/mcp"

bool mcp_serve(struct ctx *ctx);
bool mcp_listen(struct ctx *ctx); /* GET */

/* The toolset that the address names, /mcp/NAME.  False: there is none, which is answered. */
struct rpc;
bool mcp_toolset(struct ctx *ctx, struct rpc *rpc);

/* The form of errors below MCP_PREFIX that are found before a message is read. */
void mcp_refuse(struct ctx *ctx);

#endif
