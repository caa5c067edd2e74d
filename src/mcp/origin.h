/*
 * origin: which web pages may speak to this server through somebody's browser.
 *
 * A page elsewhere can make a browser send requests here, or have its own name resolved to this
 * machine (DNS rebinding).  A browser tells by Origin where the page is from; programs send
 * none (MCP 2025-11-25, Transports, "Security Warning": an Origin that is not allowed is 403).
 */
#ifndef MCP_ORIGIN_H
#define MCP_ORIGIN_H

#include "web/ctx.h"

#include <stdbool.h>

/* No Origin, one of this machine, one of the settings url and allowed_origins; else
   ERR_DENIED. */
bool origin_allowed(struct ctx *ctx);

#endif
