/*
 * sse: answers of the protocol that are a stream of events.
 *
 * Any process may bring what follows: when a transaction that called
 * kvasir.stream_send(stream, message, last) commits, the message goes to the client whose
 * response is that stream, wherever it is held, and the response ends with the last one.  The
 * messages of a stream are numbered from 1 and carry the id "<stream>:<number>", by which a
 * client of the older generation that lost its connection asks for the rest
 * (2025-11-25, Transports, "Resumability and Redelivery").
 */
#ifndef MCP_SSE_H
#define MCP_SSE_H

#include "db/pipe.h"
#include "mcp/rpc.h"
#include "web/stream.h"

#include <stdbool.h>

#define SSE_TYPE     "text/event-stream"
#define SSE_RETRY_MS 1000 /* a client whose stream was closed comes again so soon */

/* To be run in the caller's pipe, for sse_open(): whose response it is.  `uris`, or NULL: the
   resources whose versions are wanted. */
struct call *sse_ask(struct ctx *ctx, struct pipe *pipe, struct array *uris);

/* The response stays open when the handler has returned.  The plan may be completed; the events
   that sse_add() writes then are the first. */
struct stream_plan *sse_open(struct ctx *ctx, const struct call *asked);

/* The same, becoming the stream of this uuid: a priming event goes first, and whatever
   stream_send() brings behind the first events. */
void sse_open_stream(struct ctx *ctx, const struct call *asked, const char *stream);

/* The answer that is written becomes the only message of a new stream, and the response ends
   after the priming event: the client comes again for it (SEP-1699). */
bool sse_postpone(struct ctx *ctx);

/* One more of the first events: a message as JSON text. */
void sse_add(struct ctx *ctx, const char *message);

/* "<stream>:<number>" of Last-Event-ID; false: not of our making. */
bool sse_id(struct arena *arena, struct str text, const char **stream_out, long *number_out);

#endif
