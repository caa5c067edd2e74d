/*
 * method: what the methods of the protocol share: one handler a method.
 *
 * A handler answers and returns true, an error of the protocol being an answer too; or it
 * returns false with the reason in ctx->err, and the reason is answered by rpc_refuse().
 */
#ifndef MCP_METHOD_H
#define MCP_METHOD_H

#include "mcp/rpc.h"

typedef bool method_fn(struct ctx *ctx, const struct rpc *rpc);

method_fn tools_list, tools_call;
method_fn tasks_get, tasks_update, tasks_cancel;
method_fn logging_set_level;
method_fn listen_subscriptions;
method_fn subscribe_add, subscribe_remove;
method_fn mcp_complete;
method_fn mcp_prompts_list, mcp_prompts_get;
method_fn resources_list, resources_templates, resources_read;

#endif
