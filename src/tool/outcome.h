/*
 * outcome: how a call of a tool ended, as the members of MCP's CallToolResult.
 *
 * The result of a request and that of a task are the same text, whoever writes it.
 */
#ifndef TOOL_OUTCOME_H
#define TOOL_OUTCOME_H

#include "base/emit.h"
#include "base/err.h"
#include "tool/tool.h"
#include "tool/turn.h"

#include <stdbool.h>

/* content, structuredContent and isError of a tool (NULL: one of the database) that ended with
   this JSON object. */
void outcome_emit(struct emit *json, const struct turn *turn, const struct tool *tool,
                  const char *result);

/* The same of one that failed: its words are the content, so that the model reads them and
   mends its call (2025-11-25, Tools, "Error Handling"). */
void outcome_emit_failure(struct emit *json, const struct err *err);

/* Whether a failure is of the wire or the server, not of what the tool was told: an error of
   the protocol. */
bool outcome_is_outside(enum err_kind kind);

#endif
