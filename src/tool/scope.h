/*
 * scope: which tools a caller may call, for lists that show him no others.
 *
 * The scopes of a key are Postgres' to know, so they are asked for in the trip that checks the
 * key.  Lists only hide; what refuses is the claims of each call.
 */
#ifndef TOOL_SCOPE_H
#define TOOL_SCOPE_H

#include "db/pipe.h"
#include "tool/tool.h"

#include <stdbool.h>

/* Asks in this pipe; NULL: whoever calls without a key may call everything. */
struct call *scope_call(struct ctx *ctx, struct pipe *pipe);

/* Of the call after its pipe ran, or NULL. */
bool scope_allows(const struct call *call, const struct tool *tool);

#endif
