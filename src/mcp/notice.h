/*
 * notice: a topic that was told, as the notification that a client of either generation reads.
 */
#ifndef MCP_NOTICE_H
#define MCP_NOTICE_H

#include "base/buf.h"
#include "base/str.h"

#define NOTICE_SUBSCRIPTION "io.modelcontextprotocol/subscriptionId"

/* For struct stream_plan: `tag` is the id of the request that opened the stream, as JSON, or
   NULL for the older generation.  Topics without a notification, and tasks of which
   nothing is said, write nothing. */
void notice_event(const char *tag, struct str topic, struct str said, struct buf *to);

/* The params of a notification, open for more, with the subscription's id. */
struct emit;
void notice_params(struct emit *json, const char *tag);

#endif
