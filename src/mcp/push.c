/*
 * push: questions to an older client: requests on the stream of its call, answered by others.
 */
#include "mcp/push.h"

#include "access/who.h"
#include "base/clock.h"
#include "base/js.h"
#include "mcp/session.h"
#include "mcp/sse.h"
#include "mcp/talk.h"
#include "web/piece.h"
#include "web/route.h"

#include <limits.h>
#include <string.h>

#define PARAMS_MOST (1 << 20) /* of a call that waits as a row */

/* A request of ours. */
static const char *
request_text(struct ctx *ctx, const char *round, long number, struct json_object *question)
{
    struct json_object *params = js_find(question, "params");
    struct buf text;
    struct emit json;

    buf_start(&text, ctx->arena, 512);
    emit_start(&json, &text);
    emit_object(&json, NULL);
    emit_text(&json, "jsonrpc", "2.0");
    emit_text(&json, "id", str_format(ctx->arena, "%s.%ld", round, number));
    emit_str(&json, "method", js_str(js_find(question, "method")));
    if (js_count(params) > 0)
        emit_raw(&json, "params", js_text(ctx->arena, params));
    emit_object_end(&json);
    return text.data;
}

static void
add_send(struct pipe *pipe, const char *stream, const char *message, bool last)
{
    struct call *send = pipe_add(pipe, STMT_stream_send);

    call_text(send, stream);
    call_text(send, message);
    call_bool(send, last);
}

/* The row of the call, and then its requests: committed together, so that no answer comes
   before the row is there. */
static void
add_round(struct ctx *ctx, struct pipe *pipe, const char *stream, struct json_object *questions)
{
    struct talk *talk = talk_of(ctx);
    struct call *open = pipe_add(pipe, STMT_mcp_round_open);
    struct array *keys = array_new(pipe, ARRAY_TEXT);
    char *round = arena_take(ctx->arena, UUID_TEXT);
    long number = 0;

    uuid_new(round);
    call_text(open, round);
    call_text(open, talk->rpc->session->id);
    call_text(open, who_principal(ctx));
    call_text(open, stream);
    call_str(open, talk->rpc->method);
    call_text(open, js_text(ctx->arena, talk->rpc->params));
    call_text(open, talk->rpc->id);
    call_bytes(open, talk->turn.keep.at, talk->turn.keep.len);
    call_double(open, talk->done);
    for (struct js_place at = {0}; js_next(questions, &at); number++) {
        array_str(keys, str_of(at.name));
        add_send(pipe, stream, request_text(ctx, round, number, at.value), false);
    }
    call_array(open, keys);
    call_long(open, clock_wall() + ROUND_SECONDS * 1000000);
}

/* Clients before 2025-11-25 read a priming event as a message. */
static void
open_stream(struct ctx *ctx, const struct call *asked, const char *stream)
{
    if (strcmp(talk_of(ctx)->rpc->version, "2025-11-25") >= 0)
        sse_open_stream(ctx, asked, stream);
    else
        sse_open(ctx, asked)->id = stream;
    session_watch(ctx, talk_of(ctx)->rpc->session);
}

bool
push_ask(struct ctx *ctx)
{
    struct talk *talk = talk_of(ctx);
    struct push *push = talk->rpc->push;
    struct pipe *pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);
    char *stream = arena_take(ctx->arena, UUID_TEXT);
    struct json_object *questions;
    struct call *asked;

    if (ctx->request->body.len > PARAMS_MOST && push == NULL)
        return err_set(&ctx->err, ERR_TOO_LARGE,
                       "this tool asks back, and keeps no call of more than %d bytes meanwhile",
                       PARAMS_MOST);
    if (push == NULL && !piece_accepted(ctx))
        return err_set(&ctx->err, ERR_UNAVAILABLE,
                       "this tool asks back: accept text/event-stream to be asked");
    if (!js_parse(ctx->arena, str_of(talk->turn.questions), &questions, &ctx->err))
        return false;
    uuid_new(stream);
    session_enter(talk->rpc->session, pipe);
    asked = sse_ask(ctx, pipe, NULL);
    add_round(ctx, pipe, push == NULL ? stream : push->stream, questions);
    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    if (push == NULL)
        open_stream(ctx, asked, stream);
    else
        push->is_open = true;
    return true;
}

bool
push_id(struct str id, char round[UUID_TEXT], long *number_out)
{
    size_t head = UUID_TEXT; /* the quotation mark before the id */
    struct str number;

    if (id.at == NULL || id.len < head + 3 || id.at[0] != '"' || id.at[id.len - 1] != '"' ||
        id.at[head] != '.' || !uuid_is((struct str){id.at + 1, UUID_TEXT - 1}))
        return false;
    memcpy(round, id.at + 1, UUID_TEXT - 1);
    round[UUID_TEXT - 1] = '\0';
    number = (struct str){id.at + head + 1, id.len - head - 2};
    if (number.at[0] < '0' || number.at[0] > '9' || (number.at[0] == '0' && number.len > 1))
        return false; /* only as we write it */
    return str_to_long(number, 0, INT_MAX, number_out);
}

/* The call as it was, with what has come since. */
static bool
restore(struct ctx *ctx, const struct rpc *rpc, const struct call *row, struct rpc **call_out)
{
    struct push *push = arena_take(ctx->arena, sizeof *push);
    struct rpc *call = arena_take(ctx->arena, sizeof *call);

    *call = (struct rpc){
        .id = str_copy(ctx->arena, call_cell(row, 0, 2)),
        .method = call_cell(row, 0, 0),
        .version = rpc->version,
        .client = rpc->client,
        .session = rpc->session,
        .push = push,
    };
    push->stream = str_copy(ctx->arena, call_cell(row, 0, 3));
    push->state = call_cell(row, 0, 5);
    if (!js_parse(ctx->arena, call_cell(row, 0, 1), &call->params, &ctx->err) ||
        !js_parse(ctx->arena, call_cell(row, 0, 4), &push->responses, &ctx->err))
        return false;
    call->meta = js_find(call->params, "_meta");
    push->told = call_cell_double(row, 0, 6);
    if (!call_is_null(row, 0, 7))
        push->failure = str_copy(ctx->arena, call_cell(row, 0, 7));
    *call_out = call;
    return true;
}

bool
push_answer(struct ctx *ctx, const struct rpc *rpc, struct rpc **call_out)
{
    const struct rpc none = {.id = NULL};
    struct pipe *pipe;
    struct call *row;
    char round[UUID_TEXT];
    long number;

    *call_out = NULL;
    if (rpc->session == NULL || !push_id(str_of(rpc->id), round, &number))
        return true; /* an answer to nobody */
    if (!rpc->is_failure && !round_is_answer(rpc->outcome))
        return rpc_error(ctx, &none, 400, RPC_PARAMS, NULL,
                         "this is not the result of a question");
    pipe = session_pipe(ctx, rpc);
    row = pipe_add(pipe, STMT_mcp_round_answer);
    call_binary(row);
    call_text(row, round);
    call_long(row, number);
    call_text(row, rpc->session->id);
    call_text(row, who_principal(ctx));
    call_text(row, js_text(ctx->arena, rpc->outcome));
    call_bool(row, rpc->is_failure);
    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    return call_rows(row) == 0 || restore(ctx, rpc, row, call_out);
}

/* By the scope of the route: what the call was denied must still be told. */
bool
push_say(struct ctx *ctx, const struct push *push, struct str message, bool last)
{
    struct claims claims = ctx->claims;
    struct err err = {.kind = ERR_NONE};
    struct pipe *pipe;

    claims.scope = ctx->route->scope;
    pipe = pipe_new(ctx->conn, ctx->arena, &claims);
    add_send(pipe, push->stream, str_copy(ctx->arena, message), last);
    if (pipe_run(pipe, ctx->deadline, &err))
        return true;
    ctx->err = err;
    return false;
}

bool
push_end(struct ctx *ctx, const struct rpc *call)
{
    const struct buf *body = &ctx->reply.body;

    return call->push->is_open ||
           push_say(ctx, call->push, (struct str){body->data, body->len}, true);
}

bool
push_failed(struct ctx *ctx, const struct rpc *call)
{
    if (call->push == NULL || call->push->failure == NULL)
        return false;
    err_set(&ctx->err, ERR_UNAVAILABLE, "the client could not answer what was asked: %.150s",
            call->push->failure);
    return true;
}
