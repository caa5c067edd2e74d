/*
 * tasks: the extension io.modelcontextprotocol/tasks: calls that go on after their answer.
 *
 * A client that declares it gets a task instead of a result where the tool may take long, and
 * asks for it with tasks/get (SEP-2663).  Tasks of one principal are not there for another.
 */
#ifndef MCP_TASKS_H
#define MCP_TASKS_H

#include "mcp/rpc.h"
#include "tool/tool.h"

/* Whether the client of this request declares the extension. */
bool tasks_offered(const struct rpc *rpc);

/* Answers a call with a task that is stored by then; wrong arguments are answered as the tool
   would. */
bool tasks_begin(struct ctx *ctx, const struct rpc *rpc, const struct tool *tool,
                 struct json_object *args);

/* The same for a call whose tool has ended a turn of its own and goes on as a task. */
bool tasks_go_on(struct ctx *ctx, const struct rpc *rpc, const struct tool *tool,
                 struct json_object *args);

/* Calls a tool that is none of the program's own: the tenant's HTTP tool of that name, or what
   ctx->err holds.  A client without the extension gets the result on a response that stays
   open, or waits for it when it accepts no stream. */
bool tasks_call_remote(struct ctx *ctx, const struct rpc *rpc, struct str name,
                       struct json_object *args);

/* Answers that the client would have to declare it. */
bool tasks_refuse(struct ctx *ctx, const struct rpc *rpc);

#endif
