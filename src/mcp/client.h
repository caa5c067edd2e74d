/*
 * client: what the calling program can do, as it declares by its capabilities.
 */
#ifndef MCP_CLIENT_H
#define MCP_CLIENT_H

#include "base/emit.h"
#include "tool/turn.h"

#define CLIENT_TASKS "io.modelcontextprotocol/tasks"

/* The object of capabilities as turn_client, or-ed; anything that is not an object: none.
   elicitation {} is a form, as before there were others (2025-11-25, Elicitation). */
unsigned client_can(struct json_object *capabilities);

/* What the method of a question needs; 0 for one that we do not know.  `params` tells forms
   from addresses. */
unsigned client_needs(struct str method, struct json_object *params);

/* turn_client as an object of capabilities: {"elicitation": {}, "sampling": {}}. */
void client_emit(struct emit *json, const char *name, unsigned client);

#endif
