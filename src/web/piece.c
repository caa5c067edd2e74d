/*
 * piece: an answer that goes out in pieces while the work goes on (text/event-stream).
 */
#include "web/piece.h"

#include "web/fcgi.h"

#include <string.h>

/* X-Accel-Buffering tells nginx to pass each piece on as it comes. */
static void
head(struct ctx *ctx, struct buf *to)
{
    reply_line(to, "Status", "200 OK");
    reply_line(to, "Content-Type", "text/event-stream");
    reply_line(to, "Cache-Control", "no-cache");
    reply_line(to, "X-Accel-Buffering", "no");
    reply_line(to, "X-Request-Id", ctx->request->id);
    buf_add(to, ctx->reply.headers.data, ctx->reply.headers.len);
    buf_text(to, "\r\n");
}

bool
piece_send(struct ctx *ctx, struct str text)
{
    struct buf piece;

    if (ctx->reply.left)
        return false;
    buf_start(&piece, ctx->arena, text.len + 512);
    if (!ctx->reply.streams)
        head(ctx, &piece);
    ctx->reply.streams = true;
    buf_text(&piece, "event: message\ndata: ");
    buf_add(&piece, text.at, text.len);
    buf_text(&piece, "\n\n");
    ctx->reply.left = !fcgi_write(ctx->fcgi, piece.data, piece.len) || !fcgi_flush(ctx->fcgi);
    return !ctx->reply.left;
}

bool
piece_accepted(const struct ctx *ctx)
{
    const char *accept = request_header(ctx->request, "accept");

    return accept == NULL || strstr(accept, "text/event-stream") != NULL ||
           strstr(accept, "*/*") != NULL || strstr(accept, "text/*") != NULL;
}
