/*
 * invoke: call a tool for whoever asks: find it, hold it to the rules, check the arguments, run
 * it, tell of it.
 *
 * Every call leaves an event mcp.tool.executed {tool, success, duration in ms, error} and a row
 * of the audit.  A call that succeeds commits both with what it did; of one that fails nothing
 * is left but they: in a transaction of its own, or in that of a statement that found the
 * failure and told it (kvasir.failure).  A tool that asks nothing of Postgres has them written
 * after it has run, and is answered for only then: so its caller is known.
 */
#ifndef TOOL_INVOKE_H
#define TOOL_INVOKE_H

#include "base/str.h"
#include "db/pipe.h"
#include "tool/tool.h"

#include <stdbool.h>

/* The result as JSON text.  ERR_MISSING: no such tool; ERR_INPUT: the arguments do not fit;
   ERR_LIMITED: too many calls. */
bool invoke_tool(struct ctx *ctx, struct str name, struct json_object *args,
                 const char **result_out);

/* For tools: a pipe for their statements, and its run with the event behind them. */
struct pipe *invoke_pipe(struct ctx *ctx);
bool invoke_commit(struct ctx *ctx, const struct tool *tool, struct pipe *pipe);
/* A failure that the event of a committed pipe tells already; returns false. */
bool invoke_failed(struct ctx *ctx, struct str reason);

#endif
