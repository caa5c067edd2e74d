/*
 * batch: several messages in one request, as clients of 2025-03-26 may send them.
 *
 * Each is served by itself and in its order, as if it had come alone from a client that takes
 * no event stream; what is answered to them is one array, and nothing when nothing is (JSON-RPC
 * 2.0, section 6; MCP 2025-03-26, Transports, which a server must take them by).  Later
 * versions took batches away, so a header that names one is refused, and so is initialize in a
 * batch (2025-03-26, Lifecycle).
 */
#ifndef MCP_BATCH_H
#define MCP_BATCH_H

#include "web/ctx.h"

#include <stdbool.h>

struct json_object;

/* `messages` is an array; `serve` answers one message, or returns false with the reason. */
bool batch_serve(struct ctx *ctx, struct json_object *messages,
                 bool (*serve)(struct ctx *ctx, struct json_object *message));

#endif
