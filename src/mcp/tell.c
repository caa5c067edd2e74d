/*
 * tell: what a client hears of a call while the work goes on: its progress and its log.
 */
#include "base/js.h"
#include "mcp/push.h"
#include "mcp/session.h"
#include "mcp/talk.h"
#include "web/piece.h"

#define LOG_LEVEL "io.modelcontextprotocol/logLevel"
#define NEVER     99
#define INFO      1

int
tell_level(struct str name)
{
    static const char *const names[] = {"debug", "info",     "notice", "warning",
                                        "error", "critical", "alert",  "emergency"};

    for (int i = 0; i < (int)(sizeof names / sizeof names[0]); i++)
        if (str_is(name, names[i]))
            return i;
    return -1;
}

/* The level of an older client's session, asked for when there is something to tell.  In the
   same trip the session is found to be there: by a status, as must be before the first piece.
 */
static int
session_level(struct ctx *ctx, struct session *session)
{
    struct err err = {.kind = ERR_NONE};
    struct pipe *pipe;
    struct call *call;

    if (session == NULL)
        return INFO;
    pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);
    session_enter(session, pipe);
    call = pipe_add(pipe, STMT_mcp_log_level);
    call_text(call, session->id);
    if (!pipe_run(pipe, ctx->deadline, &err)) {
        session->entered = false; /* who asks again is told why */
        return NEVER;
    }
    return call_is_null(call, 0, 0) ? INFO : tell_level(call_cell(call, 0, 0));
}

static int
level_of(struct ctx *ctx, struct talk *talk)
{
    if (talk->level < 0)
        talk->level = session_level(ctx, talk->rpc->session);
    return talk->level;
}

static struct emit
message_begin(struct ctx *ctx, struct buf *text, const char *method)
{
    struct emit json;

    buf_start(text, ctx->arena, 256);
    emit_start(&json, text);
    emit_object(&json, NULL);
    emit_text(&json, "jsonrpc", "2.0");
    emit_text(&json, "method", method);
    emit_object(&json, "params");
    return json;
}

static void
message_send(struct ctx *ctx, struct buf *text, struct emit *json)
{
    const struct push *push = talk_of(ctx)->rpc->push;
    struct str message;

    emit_object_end(json);
    emit_object_end(json);
    message = (struct str){text->data, text->len};
    if (push != NULL)
        push_say(ctx, push, message, false);
    else
        piece_send(ctx, message);
}

static void
tell_progress(struct ctx *ctx, double done, double total, const char *says)
{
    struct talk *talk = talk_of(ctx);
    struct emit json;
    struct buf text;

    if (!(done > talk->done) || level_of(ctx, talk) == NEVER)
        return;
    talk->done = done;
    json = message_begin(ctx, &text, "notifications/progress");
    emit_raw(&json, "progressToken", talk->token);
    emit_double(&json, "progress", done);
    if (total > 0)
        emit_double(&json, "total", total);
    if (says != NULL)
        emit_text(&json, "message", says);
    message_send(ctx, &text, &json);
}

static void
tell_log(struct ctx *ctx, const char *level, const char *logger, const char *data)
{
    struct talk *talk = talk_of(ctx);
    struct emit json;
    struct buf text;

    if (tell_level(str_of(level)) < level_of(ctx, talk))
        return;
    json = message_begin(ctx, &text, "notifications/message");
    emit_text(&json, "level", level);
    if (logger != NULL)
        emit_text(&json, "logger", logger);
    emit_raw(&json, "data", data);
    message_send(ctx, &text, &json);
}

static bool
refuse(struct ctx *ctx, const struct rpc *rpc, const char *says)
{
    rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "%s", says);
    return false;
}

static bool
progress_open(struct ctx *ctx, struct talk *talk)
{
    struct json_object *token = js_find(talk->rpc->meta, "progressToken");

    if (!js_has(talk->rpc->meta, "progressToken"))
        return true;
    if (js_type(token) != JS_STRING && js_type(token) != JS_LONG)
        return refuse(ctx, talk->rpc, "progressToken must be a string or a whole number");
    talk->token = js_text(ctx->arena, token);
    talk->done = talk->rpc->push != NULL ? talk->rpc->push->told : -1;
    talk->turn.progress = tell_progress;
    return true;
}

static bool
says_open(struct ctx *ctx, struct talk *talk)
{
    const struct rpc *rpc = talk->rpc;

    talk->level = -1;
    if (rpc->is_modern) {
        if (!js_has(rpc->meta, LOG_LEVEL))
            return true;
        talk->level = tell_level(js_str(js_find(rpc->meta, LOG_LEVEL)));
        if (talk->level < 0)
            return refuse(ctx, rpc,
                          "_meta's logLevel must be debug, info, notice, warning, "
                          "error, critical, alert or emergency");
    }
    talk->turn.log = tell_log;
    return true;
}

bool
tell_open(struct ctx *ctx, struct talk *talk)
{
    if (!progress_open(ctx, talk) || !says_open(ctx, talk))
        return false;
    if (talk->rpc->push == NULL && !piece_accepted(ctx)) {
        talk->turn.progress = NULL;
        talk->turn.log = NULL;
    }
    return true;
}
