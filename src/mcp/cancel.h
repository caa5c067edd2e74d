/*
 * cancel: an older client takes a request back, by notifications/cancelled.
 *
 * Its hanging up cancels nothing (2025-11-25, Transports: "Disconnection SHOULD NOT be
 * interpreted as the client cancelling its request").  The statements of a request in a session
 * run under a label made of both ids; the notification, at whichever process, has Postgres
 * cancel what runs under that label, and the task that works for it, as for a call of an HTTP
 * tool.  Work outside of Postgres, as embedding, goes on to its next statement.  Requests
 * without a session cannot be told apart, and are not cancelled. Postgres cancels what a
 * connection does, not a statement by name: when the request ends just between the look and the
 * signal, the connection's next statement may be hit, as with every cancelling of Postgres.
 */
#ifndef MCP_CANCEL_H
#define MCP_CANCEL_H

#include "mcp/rpc.h"

#include <stdbool.h>

/* From here on, what this request asks of Postgres can be cancelled. */
void cancel_allow(struct ctx *ctx, const struct rpc *rpc);

/* The notification; anything else, and a request that is over, are none of our business. */
bool cancel_take(struct ctx *ctx, const struct rpc *rpc);

#endif
