/*
 * sse: answers of the protocol that are a stream of events.
 */
#include "mcp/sse.h"

#include <limits.h>
#include <string.h>

struct call *
sse_ask(struct ctx *ctx, struct pipe *pipe, struct array *uris)
{
    struct call *asked = pipe_add(pipe, STMT_stream_open);

    call_text(asked, ctx->claims.kind == CLAIMS_KEY ? ctx->claims.key_id : NULL);
    if (uris == NULL)
        call_null(asked);
    else
        call_array(asked, uris);
    return asked;
}

static void
start(struct ctx *ctx)
{
    ctx->reply.status = 200;
    ctx->reply.content_type = SSE_TYPE;
    ctx->reply.body.len = 0;
}

struct stream_plan *
sse_open(struct ctx *ctx, const struct call *asked)
{
    struct stream_plan *plan = arena_take(ctx->arena, sizeof *plan);

    plan->tenant = str_copy(ctx->arena, call_cell(asked, 0, 0));
    plan->expires = call_cell_long(asked, 0, 1);
    plan->key = ctx->claims.kind == CLAIMS_KEY ? ctx->claims.key_id : NULL;
    start(ctx);
    ctx->reply.stream = plan;
    return plan;
}

static void
prime(struct ctx *ctx, const char *stream)
{
    struct buf *body = &ctx->reply.body;

    buf_text(body, "id: ");
    buf_text(body, stream);
    buf_text(body, ":0\nretry: ");
    buf_long(body, SSE_RETRY_MS);
    buf_text(body, "\ndata:\n\n");
}

void
sse_open_stream(struct ctx *ctx, const struct call *asked, const char *stream)
{
    sse_open(ctx, asked)->id = stream;
    prime(ctx, stream);
}

bool
sse_postpone(struct ctx *ctx)
{
    char *stream = arena_take(ctx->arena, UUID_TEXT);
    char *message =
        str_copy(ctx->arena, (struct str){ctx->reply.body.data, ctx->reply.body.len});
    struct pipe *pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);
    struct call *send = pipe_add(pipe, STMT_stream_send);

    uuid_new(stream);
    call_text(send, stream);
    call_text(send, message);
    call_bool(send, true);
    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    start(ctx);
    prime(ctx, stream);
    return true;
}

void
sse_add(struct ctx *ctx, const char *message)
{
    stream_event(&ctx->reply.body, NULL, -1, str_of(message));
}

bool
sse_id(struct arena *arena, struct str text, const char **stream_out, long *number_out)
{
    struct str stream = {text.at, UUID_TEXT - 1};

    if (text.at == NULL || text.len <= UUID_TEXT || text.at[UUID_TEXT - 1] != ':' ||
        !uuid_is(stream))
        return false;
    *stream_out = str_copy(arena, stream);
    return str_to_long((struct str){text.at + UUID_TEXT, text.len - UUID_TEXT}, 0, LONG_MAX,
                       number_out);
}
