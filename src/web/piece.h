/*
 * piece: an answer that goes out in pieces while the work goes on (text/event-stream).
 *
 * The thread that works writes; the handler's reply becomes the last event.  The status is 200
 * from the first piece on, so whatever must be told by a status has to be decided before it.
 */
#ifndef WEB_PIECE_H
#define WEB_PIECE_H

#include "base/str.h"
#include "web/ctx.h"

#include <stdbool.h>

/* One event with this text, which holds no line break; the first call sends the head, too.
   False: the client has gone, and nothing more needs to be sent. */
bool piece_send(struct ctx *ctx, struct str text);

/* Whether what the client accepts includes such an answer; one that does not say accepts all.
 */
bool piece_accepted(const struct ctx *ctx);

#endif
