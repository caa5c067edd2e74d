/*
 * remote: a call of an HTTP tool: its request, and what its answer says as content.
 */
#include "remote/remote.h"

#include "base/base64.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/js.h"
#include "base/log.h"
#include "base/utf8.h"
#include "llm/http.h"
#include "remote/declaration.h"
#include "remote/secret.h"
#include "remote/template.h"
#include "tool/calling.h"
#include "tool/rate.h"
#include "tool/schema.h"
#include "tool/sqltool.h"
#include "tool/turn.h"

#include <string.h>
#include <strings.h>

#define LOOK_FIRST_MS 10
#define LOOK_MOST_MS  250
#define GIVE_UP_US    2000000
#define ERROR_MOST    2000 /* bytes of an error's body that are passed on */

struct call *
remote_begin(struct pipe *pipe, struct str name, const char *args, unsigned client,
             const char *stream, const char *id)
{
    struct call *call = pipe_add(pipe, STMT_http_tool_call);

    call_str(call, name);
    call_text(call, args);
    call_long(call, (long)client);
    call_long(call, conf_long(CONF_task_ttl) * 1000);
    call_text(call, stream);
    call_text(call, stream == NULL ? NULL : id);
    return call;
}

static bool
has_ended(const struct task *task)
{
    return str_is(task->status, "completed") || str_is(task->status, "failed") ||
           str_is(task->status, "cancelled");
}

static bool
await(struct ctx *ctx, struct task *task)
{
    long wait = LOOK_FIRST_MS;

    while (!has_ended(task)) {
        struct pipe *pipe = turn_pipe(ctx);
        struct call *call;

        if (!http_rest(clock_us() + wait * 1000, conn_watched(ctx->conn)))
            return err_set(&ctx->err, ERR_GONE, "the client left before the answer");
        call = task_get(pipe, task->id, false);
        if (!pipe_run(pipe, ctx->deadline, &ctx->err))
            return false;
        *task = task_read(call, 0);
        if (!has_ended(task) && clock_us() >= ctx->deadline - LOOK_MOST_MS * 1000)
            return err_set(&ctx->err, ERR_TIMEOUT,
                           "the tool takes longer than a request may: its task is %.*s",
                           (int)task->id.len, task->id.at);
        wait = wait * 2 > LOOK_MOST_MS ? LOOK_MOST_MS : wait * 2;
    }
    return true;
}

/* Nobody waits for it any more; why is in ctx->err already. */
static void
give_up(struct ctx *ctx, const struct task *task)
{
    struct pipe *pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);
    struct err err = {.kind = ERR_NONE};

    conn_watch(ctx->conn, -1);
    task_cancel(pipe, task->id, false);
    if (!pipe_run(pipe, clock_us() + GIVE_UP_US, &err))
        log_say(LOG_WARN_LEVEL, "tool.left", "a task goes on that nobody waits for: %s",
                err.text);
}

bool
remote_await(struct ctx *ctx, struct task *task)
{
    if (await(ctx, task))
        return true;
    if (ctx->err.kind == ERR_GONE)
        give_up(ctx, task);
    return false;
}

bool
remote_admit(struct ctx *ctx, struct str name, struct json_object *args)
{
    struct calling *calling = arena_take(ctx->arena, sizeof *calling);
    struct tool *tool = arena_take(ctx->arena, sizeof *tool);
    const char *none;

    if (sqltool_is_on() && name.len <= SQLTOOL_NAME_MOST)
        return true; /* a function of that name was called, admitted, and is not there */
    *tool =
        (struct tool){.name = str_copy(ctx->arena, name), .scope = "read", .read_only = true};
    if (calling_begin(ctx, calling, tool, args))
        return true;
    calling_fail(ctx, &none);
    return false;
}

bool
remote_call(struct ctx *ctx, struct str name, struct json_object *args, struct task *task_out)
{
    struct pipe *pipe;
    struct call *call;

    if (!remote_admit(ctx, name, args))
        return false;
    pipe = turn_pipe(ctx);
    call = remote_begin(pipe, name, args == NULL ? "{}" : js_text(ctx->arena, args),
                        ctx->turn == NULL ? 0 : ctx->turn->client, NULL, NULL);
    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    rate_prove(ctx);
    *task_out = task_read(call, 0);
    return remote_await(ctx, task_out);
}

/* What a call needs beside its address. */
struct outgoing {
    struct ctx *ctx;
    const struct declaration *tool;
    struct json_object *args;
};

static bool
header_line(const struct outgoing *out, const char *name, struct json_object *value,
            const char **line_out)
{
    struct str prefix = js_str(js_find(value, "prefix"));
    const char *text = NULL;

    if (js_type(value) == JS_STRING)
        text = str_copy(out->ctx->arena, js_str(value));
    else if (!secret_read(out->ctx->arena, out->tool->tenant, js_str(js_find(value, "secret")),
                          &text, &out->ctx->err))
        return false;
    *line_out = str_format(out->ctx->arena, "%s: %.*s%s", name, (int)prefix.len,
                           prefix.at == NULL ? "" : prefix.at, text);
    return true;
}

static bool
headers_make(const struct outgoing *out, const char *const **headers_out)
{
    struct json_object *headers;
    const char **lines;
    size_t count = 0;

    if (!js_parse(out->ctx->arena, out->tool->headers, &headers, &out->ctx->err))
        return false;
    lines = arena_take(out->ctx->arena, (js_count(headers) + 1) * sizeof *lines);
    for (struct js_place at = {0}; js_next(headers, &at);)
        if (!header_line(out, at.name, at.value, &lines[count++]))
            return false;
    *headers_out = lines;
    return true;
}

static bool
takes_body(const struct declaration *tool)
{
    return !str_is(tool->method, "GET") && !str_is(tool->method, "DELETE");
}

/* The arguments that the address does not name, as a JSON object. */
static struct str
body_make(const struct outgoing *out)
{
    struct emit json;
    struct buf buf;

    if (!takes_body(out->tool))
        return (struct str){NULL, 0};
    buf_start(&buf, out->ctx->arena, 256);
    emit_start(&json, &buf);
    emit_object(&json, NULL);
    for (struct js_place at = {0}; js_next(out->args, &at);)
        if (!template_uses(out->tool->url, at.name))
            emit_raw(&json, at.name, js_text(out->ctx->arena, at.value));
    emit_object_end(&json);
    return (struct str){buf.data, buf.len};
}

static bool
send(const struct outgoing *out, struct http_answer *answer, enum http_end *end_out)
{
    struct ctx *ctx = out->ctx;
    int64_t until = clock_us() + out->tool->timeout_ms * 1000;
    struct http_post request = {.key = "",
                                .method = str_copy(ctx->arena, out->tool->method),
                                .is_guarded = strcmp(conf_text(CONF_tool_private), "on") != 0,
                                .most = (size_t)conf_long(CONF_tool_answer),
                                .deadline = until < ctx->deadline ? until : ctx->deadline,
                                .stop = conn_watched(ctx->conn)};
    struct buf url;

    buf_start(&url, ctx->arena, out->tool->url.len + 256);
    if (!template_expand(out->tool->url, out->args, !takes_body(out->tool), &url, &ctx->err) ||
        !headers_make(out, &request.headers))
        return false;
    request.url = url.data;
    request.body = body_make(out);
    *end_out = http_post(ctx->arena, &request, answer);
    return true;
}

/* The media type without parameters, in lower case. */
static const char *
media_of(struct arena *arena, const char *type)
{
    size_t len = strcspn(type, "; \t");
    char *media = str_copy(arena, (struct str){type, len});

    for (size_t i = 0; i < len; i++)
        if (media[i] >= 'A' && media[i] <= 'Z')
            media[i] = (char)(media[i] - 'A' + 'a');
    return media;
}

static bool
is_json(const char *media)
{
    size_t len = strlen(media);

    return strcmp(media, "application/json") == 0 ||
           (len > 5 && strcmp(media + len - 5, "+json") == 0);
}

static void
emit_text_block(struct emit *json, struct str text)
{
    emit_object(json, NULL);
    emit_text(json, "type", "text");
    emit_str(json, "text", text);
    emit_object_end(json);
}

/* Bytes that are no text: as what they are, or as a resource. */
static void
emit_bytes(struct arena *arena, struct emit *json, const char *name, const char *media,
           struct str body)
{
    const char *kind = strncmp(media, "image/", 6) == 0   ? "image"
                       : strncmp(media, "audio/", 6) == 0 ? "audio"
                                                          : NULL;
    const char *data = base64_encode(arena, body);

    emit_object(json, NULL);
    emit_text(json, "type", kind == NULL ? "resource" : kind);
    if (kind == NULL) {
        emit_object(json, "resource");
        emit_text(json, "uri", str_format(arena, "tool://%s/answer", name));
        emit_text(json, "mimeType", media[0] == '\0' ? "application/octet-stream" : media);
        emit_text(json, "blob", data);
        emit_object_end(json);
    } else {
        emit_text(json, "mimeType", media);
        emit_text(json, "data", data);
    }
    emit_object_end(json);
}

static void
emit_answer(struct ctx *ctx, struct emit *json, const char *name,
            const struct http_answer *answer)
{
    struct str body = {answer->body.data, answer->body.len};
    const char *media = media_of(ctx->arena, answer->type);
    struct err no_json = {.kind = ERR_NONE};
    struct json_object *tree = NULL;
    size_t bad;
    bool text = utf8_valid(body.at, body.len, &bad) &&
                memchr(body.at, '\0', body.len) == NULL && strncmp(media, "image/", 6) != 0 &&
                strncmp(media, "audio/", 6) != 0;

    emit_array(json, "content");
    if (text)
        emit_text_block(json, body);
    else
        emit_bytes(ctx->arena, json, name, media, body);
    emit_array_end(json);
    if (text && is_json(media) && js_parse(ctx->arena, body, &tree, &no_json) &&
        js_type(tree) == JS_OBJECT)
        emit_raw(json, "structuredContent", js_text(ctx->arena, tree));
}

static bool
emit_failure(struct ctx *ctx, struct emit *json, const char *says, struct str body)
{
    struct str shown = {body.at, body.len < ERROR_MOST ? body.len : ERROR_MOST};
    size_t bad;

    while (shown.len > 0 && !utf8_valid(shown.at, shown.len, &bad))
        shown.len = bad;
    emit_array(json, "content");
    emit_text_block(json, str_of(says));
    if (shown.len > 0)
        emit_text_block(json, str_of(str_copy(ctx->arena, shown)));
    emit_array_end(json);
    emit_bool(json, "isError", true);
    ctx->turn->failed = true;
    return true;
}

/* In words for who called, without the address: arguments may be in it. */
static const char *
reason_of(struct ctx *ctx, enum http_end end, const struct http_answer *answer)
{
    switch (end) {
    case HTTP_UNREACHED: return "the address could not be reached";
    case HTTP_BROKEN: return "the answer broke off";
    case HTTP_LATE: return "no answer came in time";
    case HTTP_LARGE: return "the answer is larger than this server takes";
    case HTTP_CLOSED: return "the address is not one of a public network, and is not called";
    case HTTP_GONE: return "the call was cancelled";
    case HTTP_ANSWERED: break;
    }
    if (answer->status >= 300 && answer->status < 400)
        return "the server answers with another address, which is not followed";
    return str_format(ctx->arena, "the server answered with status %ld", answer->status);
}

/* What another attempt may mend. */
static bool
may_pass(enum http_end end, long status)
{
    if (end != HTTP_ANSWERED)
        return end == HTTP_UNREACHED || end == HTTP_BROKEN || end == HTTP_LATE;
    return status == 429 || status == 502 || status == 503 || status == 504;
}

static bool
find(struct ctx *ctx, const char *name, struct declaration *tool_out)
{
    struct pipe *pipe = turn_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_http_tool_find);
    struct str host;

    call_text(call, name);
    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    *tool_out = declaration_read(call, 0);
    ctx->claims.scope = tool_out->read_only ? "read" : "write";
    if (!tool_out->read_only && !pipe_run(turn_pipe(ctx), ctx->deadline, &ctx->err))
        return false;
    host = template_host(tool_out->url);
    return declaration_host_allowed(host) ||
           err_set(&ctx->err, ERR_UNAVAILABLE,
                   "the setting tool_hosts does not let %.*s be called", (int)host.len,
                   host.at);
}

static bool
run(struct ctx *ctx, const struct declaration *tool, struct json_object *args, long attempt,
    struct emit *json, long *wait_ms_out)
{
    struct json_object *schema;
    struct http_answer answer;
    enum http_end end;

    if (!js_parse(ctx->arena, tool->schema, &schema, &ctx->err) ||
        !schema_check(ctx->arena, schema, args, &ctx->err) ||
        !send(&(struct outgoing){ctx, tool, args}, &answer, &end))
        return false;
    if (end == HTTP_GONE)
        return err_set(&ctx->err, ERR_GONE, "%s", reason_of(ctx, end, &answer));
    if (end == HTTP_ANSWERED && answer.status >= 200 && answer.status < 300) {
        emit_answer(ctx, json, ctx->calling->tool->name, &answer);
        return true;
    }
    if (attempt <= tool->retries && may_pass(end, answer.status)) {
        *wait_ms_out = answer.retry_after * 1000;
        return err_set(&ctx->err, ERR_BUSY, "%s", reason_of(ctx, end, &answer));
    }
    return emit_failure(ctx, json, reason_of(ctx, end, &answer),
                        (struct str){answer.body.data, answer.body.len});
}

bool
remote_run(struct ctx *ctx, const char *name, struct json_object *args, long attempt,
           struct emit *json, long *wait_ms_out)
{
    struct declaration declared;
    struct calling calling;
    struct tool tool;
    const char *none;

    if (!find(ctx, name, &declared))
        return false;
    tool = (struct tool){.name = name,
                         .scope = declared.read_only ? "read" : "write",
                         .read_only = declared.read_only};
    if ((calling_begin(ctx, &calling, &tool, args) &&
         run(ctx, &declared, args, attempt, json, wait_ms_out) && calling_finish(ctx, "{}")))
        return true;
    calling_fail(ctx, &none);
    ctx->calling = NULL;
    return false;
}
