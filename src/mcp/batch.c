/*
 * batch: several messages in one request, as clients of 2025-03-26 may send them.
 */
#include "mcp/batch.h"

#include "base/js.h"
#include "mcp/mcp.h"
#include "mcp/rpc.h"

#include <string.h>

#define VERSION "2025-03-26"
#define MOST    100

/* Why the whole is refused; NULL: it is not. */
static const char *
wrong(struct ctx *ctx, struct json_object *messages)
{
    struct str version = str_of(request_header(ctx->request, "mcp-protocol-version"));

    if (version.at != NULL && !str_is(str_trim(version), VERSION))
        return "batches were for " VERSION " alone: send one message a request";
    if (js_count(messages) == 0 || js_count(messages) > MOST)
        return "a batch has from 1 to 100 messages";
    for (size_t i = 0; i < js_count(messages); i++)
        if (str_is(js_str(js_find(js_item(messages, i), "method")), "initialize"))
            return "initialize must come alone, not in a batch";
    return NULL;
}

/* The same request from a client that takes no event stream. */
static struct request
without_accept(struct ctx *ctx)
{
    struct request quiet = *ctx->request;
    size_t count = 0, kept = 0;

    while (quiet.params[count] != NULL)
        count++;
    quiet.params = arena_take(ctx->arena, (count + 1) * sizeof *quiet.params);
    for (size_t i = 0; i < count; i++)
        if (strncmp(ctx->request->params[i], "HTTP_ACCEPT=", strlen("HTTP_ACCEPT=")) != 0)
            quiet.params[kept++] = ctx->request->params[i];
    quiet.params[kept] = NULL;
    return quiet;
}

/* Who may not ask at all is told so by the status. */
static bool
is_turned_away(int status)
{
    return status == 401 || status == 403;
}

bool
batch_serve(struct ctx *ctx, struct json_object *messages,
            bool (*serve)(struct ctx *ctx, struct json_object *message))
{
    struct request quiet = without_accept(ctx);
    const char *why = wrong(ctx, messages);
    struct rpc none = {.id = NULL};
    struct emit *json;

    if (why != NULL)
        return rpc_error(ctx, &none, 400, RPC_REQUEST, NULL, "%s", why);
    json = reply_json(&ctx->reply, 200);
    emit_array(json, NULL);
    for (size_t i = 0; i < js_count(messages); i++) {
        struct ctx one = *ctx;

        one.request = &quiet;
        reply_start(&one.reply, ctx->arena);
        if (!serve(&one, js_item(messages, i)))
            mcp_refuse(&one);
        if (is_turned_away(one.reply.status)) {
            ctx->reply = one.reply;
            return true;
        }
        if (one.reply.body.len > 0)
            emit_raw(json, NULL, one.reply.body.data);
    }
    emit_array_end(json);
    if (strcmp(ctx->reply.body.data, "[]") != 0)
        return true;
    ctx->reply.status = 202;
    ctx->reply.body.len = 0;
    return true;
}
