/*
 * era: which generation of the protocol a message belongs to, and whether it keeps its rules.
 *
 * 2026-07-28 is stateless: each request tells its version, its client and what the client can
 * do in params._meta, and repeats version, method and name in headers, so that what stands
 * between may decide by them; a header that tells something else than the body is refused
 * (2026-07-28, Transports, Streamable HTTP, "Server validation").  Older clients begin with
 * initialize and name the version in a header from then on.
 */
#ifndef MCP_ERA_H
#define MCP_ERA_H

#include "mcp/rpc.h"

#define ERA_MODERN "2026-07-28"
#define ERA_LEGACY "2025-11-25" /* the newest of those that begin with initialize */

/* Tells the generation and checks all that the headers say.  False: an error is answered. */
bool era_check(struct ctx *ctx, struct rpc *rpc);

/* The version to speak with a client that asked for this one: it, or our newest legacy one. */
const char *era_agree(struct str asked);

/* A version of the older generation as we write it; NULL: another. */
const char *era_legacy(struct str version);

/* Every version that is spoken, as an array. */
void era_versions(struct emit *json, const char *name);

/* A header's value as MCP sends it: text as it is, or =?base64?...?=.  False: not decodable. */
bool era_header(struct arena *arena, const char *value, struct str *decoded_out);

#endif
