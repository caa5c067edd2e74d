/*
 * cursor: where a page of a list ended, as text that only we read.
 *
 * A JSON array of the list's own, in base64.  It carries no rights: who sends a cursor of
 * somebody else, or one that he made himself, sees what he would see without it.
 */
#ifndef MCP_CURSOR_H
#define MCP_CURSOR_H

#include "mcp/rpc.h"

/* The array that params.cursor holds, or NULL when there is none, which is right too.  False:
   an error is answered. */
bool cursor_read(struct ctx *ctx, const struct rpc *rpc, struct json_object **place_out);

/* Writes nextCursor; `place` is the text of a JSON array. */
void cursor_emit(struct emit *json, struct arena *arena, struct str place);

#endif
