/*
 * mcp: the Model Context Protocol over HTTP: POST /mcp, both generations on one address.
 *
 * Each message is answered by one JSON object; the older generation runs without a session, as
 * its specification allows.  GET and DELETE are answered by 405: there is no stream to open and
 * no session to end.
 */
#ifndef MCP_MCP_H
#define MCP_MCP_H

#include "web/ctx.h"

#include <stdbool.h>

#define MCP_PREFIX "/mcp"

bool mcp_serve(struct ctx *ctx);

/* The form of errors below MCP_PREFIX that are found before a message is read. */
void mcp_refuse(struct ctx *ctx);

#endif
