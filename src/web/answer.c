/*
 * answer: one request from its parameters to its last byte, its log line and its counts.
 */
#include "web/answer.h"

#include "base/clock.h"
#include "base/digits.h"
#include "base/log.h"
#include "base/metric.h"
#include "web/ctx.h"
#include "web/piece.h"
#include "web/route.h"

#include <string.h>

#define BODY_STEP ((size_t)1 << 20)

struct answer {
    const struct answerer *own;
    struct request request;
    struct ctx ctx;
    int64_t began;
    bool spoilt; /* not all of the body was read */
};

static void
answer_start(struct answer *answer, const struct answerer *own)
{
    answer->own = own;
    answer->began = clock_us();
    answer->ctx.arena = own->arena;
    answer->ctx.request = &answer->request;
    answer->ctx.conn = own->conn;
    answer->ctx.fcgi = own->fcgi;
    answer->ctx.service = own->serve->service;
    answer->ctx.deadline = answer->began + own->serve->timeout_ms * 1000;
    answer->ctx.claims.timeout_ms = own->serve->timeout_ms;
    reply_start(&answer->ctx.reply, own->arena);
}

/* Grows as bytes arrive, so that a length that is only announced costs no memory. */
static bool
body_read(struct answer *answer, size_t announced)
{
    struct fcgi *fcgi = answer->own->fcgi;
    struct buf body;
    char extra;

    buf_start(&body, answer->own->arena, announced < BODY_STEP ? announced + 1 : BODY_STEP);
    while (body.len < announced) {
        size_t step = announced - body.len < BODY_STEP ? announced - body.len : BODY_STEP, got;

        buf_reserve(&body, step);
        got = fcgi_read(fcgi, body.data + body.len, step);
        body.len += got;
        if (got < step)
            return err_set(&answer->ctx.err, ERR_INPUT,
                           "The body ended after %zu of the announced %zu bytes.", body.len,
                           announced);
    }
    if (fcgi_read(fcgi, &extra, 1) != 0)
        return err_set(&answer->ctx.err, ERR_INPUT,
                       "The body is longer than the announced %zu bytes.", announced);
    buf_reserve(&body, 1);
    body.data[body.len] = '\0';
    answer->request.body = (struct str){body.data, body.len};
    return true;
}

static bool
request_read(struct answer *answer)
{
    struct err *err = &answer->ctx.err;
    size_t announced;
    bool right = request_start(&answer->request, fcgi_params(answer->own->fcgi),
                               answer->own->arena, err);

    answer->ctx.claims.request_id = answer->request.id;
    answer->spoilt = true;
    if (!request_announced(&answer->request, answer->own->serve->max_body, &announced, err))
        return false;
    if (!body_read(answer, announced))
        return false;
    answer->spoilt = false;
    return right;
}

/* OPTIONS of a path that exists is answered here; other methods that it lacks are refused. */
static bool
methods_tell(struct answer *answer)
{
    const struct serve *serve = answer->own->serve;
    struct ctx *ctx = &answer->ctx;
    struct buf allow;

    if (ctx->err.kind != ERR_METHOD)
        return false;
    buf_start(&allow, ctx->arena, 64);
    route_allow(serve->routes, serve->routes_count, answer->request.path_sent, &allow);
    reply_header(&ctx->reply, "Allow", allow.data);
    if (strcmp(answer->request.method, "OPTIONS") != 0)
        return false;
    ctx->err = (struct err){.kind = ERR_NONE};
    ctx->reply.status = 204;
    return true;
}

/* HEAD asks for what stands before the events alone. */
static bool
stream_allowed(struct answer *answer)
{
    struct ctx *ctx = &answer->ctx;

    if (strcmp(answer->request.method, "HEAD") == 0)
        ctx->reply.stream = NULL;
    if (ctx->reply.stream == NULL || streams_has_room(answer->own->streams))
        return true;
    ctx->reply.stream = NULL;
    return err_set(&ctx->err, ERR_BUSY, "too many streams are open; try again in a moment");
}

static bool
handle(struct answer *answer, int fd)
{
    const struct serve *serve = answer->own->serve;
    struct ctx *ctx = &answer->ctx;
    bool done;

    ctx->route = route_find(serve->routes, serve->routes_count, answer->request.method,
                            answer->request.path_sent, &ctx->err);
    if (ctx->route == NULL)
        return methods_tell(answer);
    ctx->claims.scope = ctx->route->scope;
    if (!request_media(&answer->request, ctx->route->takes, &ctx->err))
        return false;
    if (ctx->route->scope != NULL && !serve->admit(ctx))
        return false;
    answer->request.client = fd;
    conn_watch(ctx->conn, fd);
    done = ctx->route->handle(ctx);
    conn_watch(ctx->conn, -1);
    if (done && ctx->reply.status == 0)
        return err_set(&ctx->err, ERR_INTERNAL, "the handler said nothing");
    if (!done && ctx->err.kind == ERR_NONE)
        err_set(&ctx->err, ERR_INTERNAL, "the handler failed without a reason");
    return done && stream_allowed(answer);
}

static void
body_announce(struct buf *head, const struct reply *reply)
{
    char length[DIGITS_ROOM];

    digits_long(length, (long)reply->body.len);
    reply_line(head, "Content-Type", reply->content_type);
    reply_line(head, "Content-Length", length);
}

static void
head_write(const struct answer *answer, struct buf *head)
{
    const struct reply *reply = &answer->ctx.reply;

    buf_start(head, answer->own->arena, 512 + reply->headers.len);
    buf_text(head, "Status: ");
    buf_long(head, reply->status);
    buf_byte(head, ' ');
    buf_text(head, reply_reason(reply->status));
    buf_text(head, "\r\n");
    if (reply->stream != NULL)
        reply_line(head, "Content-Type", reply->content_type);
    else if (reply->status != 204 && reply->status != 304)
        body_announce(head, reply);
    reply_line(head, "X-Request-Id", answer->request.id);
    buf_add(head, reply->headers.data, reply->headers.len);
    buf_text(head, "\r\n");
}

/* The comment goes out with the head: nginx holds a head back that comes alone. */
static void
open_reply(struct answer *answer)
{
    struct reply *reply = &answer->ctx.reply;
    struct buf head;

    reply_header(reply, "X-Accel-Buffering", "no");
    reply_header(reply, "Cache-Control", "no-store");
    if (reply->streams)
        buf_start(&head, answer->own->arena, 16); /* it has gone out with the first piece */
    else
        head_write(answer, &head);
    buf_text(&head, ": ok\n\n");
    reply->stream->head = (struct str){head.data, head.len};
    reply->stream->first = (struct str){reply->body.data, reply->body.len};
    reply->stream->request_id = arena_strdup(answer->own->arena, answer->request.id);
}

static void
send_reply(struct answer *answer)
{
    const struct reply *reply = &answer->ctx.reply;
    struct fcgi *fcgi = answer->own->fcgi;
    struct buf head;

    if (reply->streams) {
        piece_send(&answer->ctx, (struct str){reply->body.data, reply->body.len});
        return;
    }
    head_write(answer, &head);
    if (fcgi_write(fcgi, head.data, head.len) && strcmp(answer->request.method, "HEAD") != 0)
        fcgi_write(fcgi, reply->body.data, reply->body.len);
}

static enum log_level
level_of(enum err_kind kind, int status)
{
    if (kind == ERR_INTERNAL || kind == ERR_UNKNOWN_OUTCOME)
        return LOG_ERROR_LEVEL;
    return status >= 500 ? LOG_WARN_LEVEL : LOG_INFO_LEVEL;
}

/* Neither query nor headers: both may carry a key. */
static void
log_request(struct answer *answer, int64_t us)
{
    const struct ctx *ctx = &answer->ctx;
    struct buf line;
    struct emit json;

    buf_start(&line, answer->own->arena, 512);
    emit_start(&json, &line);
    emit_text(&json, "request_id", answer->request.id);
    emit_text(&json, "method", answer->request.method);
    emit_text(&json, "path", answer->request.path);
    emit_long(&json, "status", ctx->reply.status);
    if (ctx->claims.kind == CLAIMS_KEY)
        emit_text(&json, "key", ctx->claims.key_id);
    if (ctx->claims.kind == CLAIMS_OPEN)
        emit_text(&json, "tenant", ctx->claims.tenant);
    if (ctx->claims.trace != NULL)
        emit_text(&json, "trace", ctx->claims.trace);
    if (ctx->tool != NULL)
        emit_text(&json, "tool", ctx->tool);
    emit_long(&json, "bytes", (long)ctx->reply.body.len);
    emit_ms(&json, "ms", us);
    emit_long(&json, "db_trips", conn_trips(ctx->conn, true));
    if (ctx->degraded)
        emit_bool(&json, "degraded", true);
    if (ctx->err.kind != ERR_NONE) {
        emit_text(&json, "error", err_kind_name(ctx->err.kind));
        emit_text(&json, "says", ctx->err.text);
    }
    if (ctx->err.detail[0] != '\0')
        emit_text(&json, "detail", ctx->err.detail);
    log_line(level_of(ctx->err.kind, ctx->reply.status), "request", line.data);
}

static void
count_request(int status, int64_t us)
{
    static const enum metric_id classes[] = {
        METRIC_requests_total__2xx, METRIC_requests_total__3xx, METRIC_requests_total__4xx,
        METRIC_requests_total__5xx};

    if (status >= 200 && status < 600)
        metric_add(classes[status / 100 - 2], 1);
    metric_time(METRIC_request_seconds, us);
}

enum answer_end
answer_request(const struct answerer *own, int fd, const struct stream_plan **plan_out)
{
    struct answer answer = {.spoilt = false};
    int64_t us;

    metric_add(METRIC_requests_in_flight, 1);
    answer_start(&answer, own);
    if (!request_read(&answer) || !handle(&answer, fd))
        own->serve->refuse(&answer.ctx);
    *plan_out = answer.ctx.reply.stream;
    if (*plan_out != NULL)
        open_reply(&answer);
    else
        send_reply(&answer);
    us = clock_us() - answer.began;
    count_request(answer.ctx.reply.status, us);
    log_request(&answer, us);
    metric_add(METRIC_requests_in_flight, -1);
    return *plan_out != NULL ? ANSWER_OPEN : answer.spoilt ? ANSWER_SPOILT : ANSWER_WHOLE;
}
