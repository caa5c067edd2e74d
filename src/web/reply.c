/*
 * reply: what goes back: a status, a few headers, a body in the request's arena.
 */
#include "web/reply.h"

#include "base/log.h"
#include "base/str.h"

#include <string.h>

void
reply_start(struct reply *reply, struct arena *arena)
{
    *reply = (struct reply){.content_type = "application/json"};
    buf_start(&reply->headers, arena, 128);
    buf_start(&reply->body, arena, 512);
}

void
reply_line(struct buf *head, const char *name, const char *value)
{
    buf_text(head, name);
    buf_text(head, ": ");
    buf_text(head, value);
    buf_text(head, "\r\n");
}

void
reply_header(struct reply *reply, const char *name, const char *value)
{
    if (strpbrk(name, "\r\n:") != NULL || strpbrk(value, "\r\n") != NULL) {
        log_say(LOG_WARN_LEVEL, "reply.header", "a header with a line break was left out");
        return;
    }
    reply_line(&reply->headers, name, value);
}

struct emit *
reply_json(struct reply *reply, int status)
{
    reply->status = status;
    reply->content_type = "application/json";
    reply->body.len = 0;
    emit_start(&reply->json, &reply->body);
    return &reply->json;
}

int
reply_status_of(enum err_kind kind)
{
    switch (kind) {
    case ERR_INPUT: return 400;
    case ERR_AUTH: return 401;
    case ERR_DENIED: return 403;
    case ERR_MISSING: return 404;
    case ERR_METHOD: return 405;
    case ERR_CONFLICT: return 409;
    case ERR_ENDED: return 410;
    case ERR_TOO_LARGE: return 413;
    case ERR_MEDIA: return 415;
    case ERR_SHAPE: return 422;
    case ERR_LIMITED: return 429;
    case ERR_GONE: return 499;
    case ERR_UNAVAILABLE: return 501;
    case ERR_BUSY:
    case ERR_UNKNOWN_OUTCOME: return 503;
    case ERR_TIMEOUT: return 504;
    case ERR_NONE:
    case ERR_INTERNAL:
    case ERR_KINDS: break;
    }
    return 500;
}

const char *
reply_reason(int status)
{
    /* clang-format off */
    static const struct { int status; const char *reason; } rows[] = {
        {200, "OK"},                    {201, "Created"},
        {202, "Accepted"},              {204, "No Content"},
        {303, "See Other"},             {304, "Not Modified"},
        {400, "Bad Request"},           {401, "Unauthorized"},
        {403, "Forbidden"},             {404, "Not Found"},
        {405, "Method Not Allowed"},    {406, "Not Acceptable"},
        {409, "Conflict"},              {410, "Gone"},
        {412, "Precondition Failed"},   {413, "Content Too Large"},
        {415, "Unsupported Media Type"}, {422, "Unprocessable Content"},
        {429, "Too Many Requests"},     {499, "Client Closed Request"},
        {500, "Internal Server Error"}, {501, "Not Implemented"},
        {503, "Service Unavailable"},   {504, "Gateway Timeout"},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].status == status)
            return rows[i].reason;
    return "Unknown";
}

/* What a client should read: an internal error's own words are for the log alone. */
static const char *
detail_of(const struct err *err)
{
    if (err->kind == ERR_INTERNAL || err->kind == ERR_NONE)
        return "The server failed. Its log tells more about this request_id.";
    return err->text;
}

void
reply_problem(struct reply *reply, const struct err *err, const char *request_id)
{
    int status = reply_status_of(err->kind);
    enum err_kind kind = err->kind == ERR_NONE ? ERR_INTERNAL : err->kind;
    struct emit *json = reply_json(reply, status);
    struct arena *arena = reply->body.arena;

    reply->content_type = "application/problem+json";
    emit_object(json, NULL);
    emit_text(json, "type", str_format(arena, "urn:kvasir:problem:%s", err_kind_name(kind)));
    emit_text(json, "title", reply_reason(status));
    emit_long(json, "status", status);
    emit_text(json, "detail", detail_of(err));
    emit_text(json, "instance", str_format(arena, "urn:kvasir:request:%s", request_id));
    emit_text(json, "request_id", request_id);
    emit_object_end(json);
    if (status == 503)
        reply_header(reply, "Retry-After", "1");
    if (status == 429)
        reply_header(reply, "Retry-After", str_format(arena, "%d", err->wait_s));
    if (status == 401)
        reply_header(reply, "WWW-Authenticate", "Bearer");
}
