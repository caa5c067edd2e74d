/*
 * rpc: one JSON-RPC 2.0 message of the Model Context Protocol, and what is answered to it.
 */
#include "mcp/rpc.h"

#include "config.h"

#include "base/js.h"

#include <stdarg.h>
#include <stdio.h>

#define SERVER_META "io.modelcontextprotocol/serverInfo"

/* Of an id only strings and numbers are one; null and nothing are told apart by js_has(). */
static bool
id_read(struct ctx *ctx, struct rpc *rpc, struct json_object *tree)
{
    struct json_object *id = js_find(tree, "id");

    if (!js_has(tree, "id"))
        return true;
    if (js_type(id) != JS_STRING && js_type(id) != JS_LONG && js_type(id) != JS_DOUBLE) {
        rpc_error(ctx, rpc, 400, RPC_REQUEST, NULL, "id must be a string or a number");
        return false;
    }
    rpc->id = arena_strdup(ctx->arena, js_text(ctx->arena, id));
    return true;
}

static bool
params_read(struct ctx *ctx, struct rpc *rpc, struct json_object *tree)
{
    struct json_object *params = js_find(tree, "params");

    if (params != NULL && js_type(params) != JS_OBJECT) {
        rpc_error(ctx, rpc, 400, RPC_REQUEST, NULL, "params must be an object");
        return false;
    }
    rpc->params = params;
    rpc->meta = params == NULL ? NULL : js_find(params, "_meta");
    return true;
}

static bool
message_read(struct ctx *ctx, struct rpc *rpc, struct json_object *tree)
{
    bool outcome = js_has(tree, "result") || js_has(tree, "error");

    if (!id_read(ctx, rpc, tree) || !params_read(ctx, rpc, tree))
        return false;
    rpc->method = js_str(js_find(tree, "method"));
    rpc->is_answer = rpc->method.at == NULL && outcome;
    rpc->is_failure = js_has(tree, "error");
    rpc->outcome = js_find(tree, rpc->is_failure ? "error" : "result");
    if (str_is(js_str(js_find(tree, "jsonrpc")), "2.0") &&
        (rpc->method.at != NULL || rpc->is_answer))
        return true;
    rpc_error(ctx, rpc, 400, RPC_REQUEST, NULL,
              "a message is {\"jsonrpc\": \"2.0\", \"method\", \"id\"?, \"params\"?}");
    return false;
}

bool
rpc_parse(struct ctx *ctx, struct json_object **tree_out)
{
    struct rpc none = {.id = NULL};

    return js_parse(ctx->arena, ctx->request->body, tree_out, &ctx->err) ||
           !rpc_error(ctx, &none, 400, RPC_PARSE, NULL, "%s", ctx->err.text);
}

bool
rpc_read(struct ctx *ctx, struct json_object *tree, struct rpc *rpc)
{
    *rpc = (struct rpc){.id = NULL};
    if (js_type(tree) == JS_OBJECT)
        return message_read(ctx, rpc, tree);
    return !rpc_error(ctx, rpc, 400, RPC_REQUEST, NULL, "a message must be an object");
}

static struct emit *
envelope(struct ctx *ctx, const struct rpc *rpc, int status)
{
    struct emit *json = reply_json(&ctx->reply, status);

    ctx->reply.stream = NULL; /* what is answered at once does not stay open */

    emit_object(json, NULL);
    emit_text(json, "jsonrpc", "2.0");
    emit_raw(json, "id", rpc->id);
    return json;
}

bool
rpc_error(struct ctx *ctx, const struct rpc *rpc, int status, enum rpc_code code,
          const char *data, const char *fmt, ...)
{
    struct emit *json = envelope(ctx, rpc, status);
    char message[300];
    va_list rest;

    va_start(rest, fmt);
    (void)vsnprintf(message, sizeof message, fmt, rest);
    va_end(rest);
    emit_object(json, "error");
    emit_long(json, "code", code);
    emit_text(json, "message", message);
    if (data != NULL)
        emit_raw(json, "data", data);
    emit_object_end(json);
    emit_object_end(json);
    return true;
}

static enum rpc_code
code_of(const struct rpc *rpc, int status)
{
    if (status == 404 || status == 400 || status == 422 || (status == 410 && rpc->is_modern))
        return RPC_PARAMS;
    if (status == 429)
        return RPC_LIMITED;
    return status >= 500 ? RPC_INTERNAL : RPC_SERVER;
}

bool
rpc_refuse(struct ctx *ctx, const struct rpc *rpc)
{
    int status = reply_status_of(ctx->err.kind);
    const char *data = NULL;
    enum rpc_code code = code_of(rpc, status);

    if (ctx->err.kind == ERR_ENDED && !rpc->is_modern)
        return rpc_error(ctx, rpc, 404, RPC_SESSION, NULL, "%s", ctx->err.text);
    reply_problem(&ctx->reply, &ctx->err, ctx->request->id); /* for its headers */
    ctx->reply.content_type = "application/json";
    if (code == RPC_LIMITED)
        data = str_format(ctx->arena, "{\"retryAfter\":%d}", ctx->err.wait_s);
    return rpc_error(ctx, rpc, code == RPC_PARAMS ? 200 : status, code, data, "%s",
                     ctx->err.kind == ERR_INTERNAL || ctx->err.kind == ERR_NONE
                         ? RPC_FAILED
                         : ctx->err.text);
}

void
rpc_server(struct emit *json, const char *name)
{
    emit_object(json, name);
    emit_text(json, "name", "kvasir");
    emit_text(json, "title", "Kvasir");
    emit_text(json, "version", PACKAGE_VERSION);
    emit_object_end(json);
}

struct emit *
rpc_result(struct ctx *ctx, const struct rpc *rpc)
{
    return rpc_result_of(ctx, rpc, "complete");
}

struct emit *
rpc_result_of(struct ctx *ctx, const struct rpc *rpc, const char *type)
{
    struct emit *json = envelope(ctx, rpc, 200);

    emit_object(json, "result");
    if (!rpc->is_modern)
        return json;
    emit_text(json, "resultType", type);
    emit_object(json, "_meta");
    rpc_server(json, SERVER_META);
    emit_object_end(json);
    return json;
}

void
rpc_result_end(struct emit *json)
{
    emit_object_end(json);
    emit_object_end(json);
}
