/*
 * mcp: the Model Context Protocol over HTTP: POST /mcp, both generations on one address.
 */
#include "mcp/mcp.h"

#include "access/who.h"
#include "base/js.h"
#include "mcp/batch.h"
#include "mcp/cancel.h"
#include "mcp/client.h"
#include "mcp/era.h"
#include "mcp/method.h"
#include "mcp/origin.h"
#include "mcp/push.h"
#include "mcp/session.h"
#include "tool/toolset.h"

static const char *const instructions =
    "Knowledge, memory and facts of one tenant: search before answering, cite what was found.";

/* A list that listeners are told of when it changes. */
static void
listed(struct emit *json, const char *name, bool subscribe)
{
    emit_object(json, name);
    emit_bool(json, "listChanged", true);
    if (subscribe)
        emit_bool(json, "subscribe", true);
    emit_object_end(json);
}

static void
capabilities(struct emit *json, bool is_modern)
{
    emit_object(json, "capabilities");
    listed(json, "tools", false);
    listed(json, "prompts", false);
    listed(json, "resources", true);
    emit_object(json, "completions");
    emit_object_end(json);
    emit_object(json, "logging");
    emit_object_end(json);
    if (is_modern) {
        emit_object(json, "extensions");
        emit_object(json, CLIENT_TASKS);
        emit_object_end(json);
        emit_object_end(json);
    }
    emit_object_end(json);
}

static bool
discover(struct ctx *ctx, const struct rpc *rpc)
{
    struct emit *json = rpc_result(ctx, rpc);

    era_versions(json, "supportedVersions");
    capabilities(json, rpc->is_modern);
    emit_text(json, "instructions", instructions);
    emit_long(json, "ttlMs", 3600000);
    emit_text(json, "cacheScope", "public");
    rpc_result_end(json);
    return true;
}

static bool
initialize(struct ctx *ctx, const struct rpc *rpc)
{
    const char *version = era_agree(js_str(js_find(rpc->params, "protocolVersion")));
    struct emit *json;

    if (!session_begin(ctx, version, client_can(js_find(rpc->params, "capabilities"))))
        return false;
    json = rpc_result(ctx, rpc);
    emit_text(json, "protocolVersion", version);
    capabilities(json, rpc->is_modern);
    rpc_server(json, "serverInfo");
    emit_text(json, "instructions", instructions);
    rpc_result_end(json);
    return true;
}

static bool
ping(struct ctx *ctx, const struct rpc *rpc)
{
    rpc_result_end(rpc_result(ctx, rpc));
    return true;
}

/* clang-format off */
static const struct {
    const char *name;
    method_fn *modern, *legacy; /* NULL: not of that generation */
} methods[] = {
    {"server/discover",          discover,             NULL},
    {"initialize",               NULL,                 initialize},
    {"ping",                     NULL,                 ping},
    {"tools/list",               tools_list,           tools_list},
    {"tools/call",               tools_call,           tools_call},
    {"completion/complete",      mcp_complete,         mcp_complete},
    {"prompts/list",             mcp_prompts_list,     mcp_prompts_list},
    {"prompts/get",              mcp_prompts_get,      mcp_prompts_get},
    {"resources/list",           resources_list,       resources_list},
    {"resources/read",           resources_read,       resources_read},
    {"resources/templates/list", resources_templates,  resources_templates},
    {"resources/subscribe",      NULL,                 subscribe_add},
    {"resources/unsubscribe",    NULL,                 subscribe_remove},
    {"subscriptions/listen",     listen_subscriptions, NULL},
    {"logging/setLevel",         NULL,                 logging_set_level},
    {"tasks/get",                tasks_get,            NULL},
    {"tasks/update",             tasks_update,         NULL},
    {"tasks/cancel",             tasks_cancel,         NULL},
};
/* clang-format on */

static method_fn *
method_of(const struct rpc *rpc)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (str_is(rpc->method, methods[i].name))
            return rpc->is_modern ? methods[i].modern : methods[i].legacy;
    return NULL;
}

/* Notifications and answers are taken and not answered (2025-11-25, Transports). */
static bool
accepted(struct ctx *ctx)
{
    ctx->reply.status = 202;
    ctx->reply.body.len = 0;
    return true;
}

bool
mcp_toolset(struct ctx *ctx, struct rpc *rpc)
{
    struct str name = ctx_param(ctx, "toolset");

    if (name.at == NULL)
        return true;
    rpc->toolset = toolset_find(name, &ctx->err);
    if (rpc->toolset == NULL)
        rpc_error(ctx, rpc, 404, RPC_PARAMS, NULL, "%s", ctx->err.text);
    return rpc->toolset != NULL;
}

/* The caller's place in a trace, which the message tells better than a header. */
static void
trace_read(struct ctx *ctx, const struct rpc *rpc)
{
    struct str trace = js_str(js_find(rpc->meta, "traceparent"));

    if (who_trace_valid(trace))
        ctx->claims.trace = str_copy(ctx->arena, trace);
}

/* Only the newer generation cancels by hanging up (2025-11-25, Transports). */
static void
patience(struct ctx *ctx, const struct rpc *rpc)
{
    if (rpc->is_modern)
        return;
    conn_watch(ctx->conn, -1);
    cancel_allow(ctx, rpc);
}

/* An answer to a question of ours: with the last, the call that asked goes on here. */
static bool
went_on(struct ctx *ctx, const struct rpc *rpc)
{
    struct rpc *call;
    method_fn *method;

    if (!push_answer(ctx, rpc, &call))
        return false;
    if (call == NULL)
        return ctx->reply.status != 0 || accepted(ctx);
    patience(ctx, call);
    method = method_of(call);
    if (method == NULL || !method(ctx, call))
        rpc_refuse(ctx, call);
    return push_end(ctx, call) && accepted(ctx);
}

static bool
answered(struct ctx *ctx, const struct rpc *rpc)
{
    method_fn *method;

    if (rpc->is_answer)
        return went_on(ctx, rpc);
    if (rpc->id == NULL)
        return cancel_take(ctx, rpc) && accepted(ctx);
    method = method_of(rpc);
    if (method == NULL)
        return rpc_error(ctx, rpc, rpc->is_modern ? 404 : 200, RPC_METHOD, NULL,
                         "there is no method %.*s here",
                         (int)(rpc->method.len < 80 ? rpc->method.len : 80), rpc->method.at);
    return method(ctx, rpc);
}

static bool
serve(struct ctx *ctx, struct json_object *message)
{
    struct rpc rpc;

    if (!rpc_read(ctx, message, &rpc) || !era_check(ctx, &rpc) || !mcp_toolset(ctx, &rpc))
        return true;
    ctx->wire = "mcp";
    trace_read(ctx, &rpc);
    if (!rpc.is_modern && !str_is(rpc.method, "initialize") && !session_find(ctx, &rpc))
        return true;
    patience(ctx, &rpc);
    return (answered(ctx, &rpc) && session_check(ctx, &rpc)) || rpc_refuse(ctx, &rpc);
}

bool
mcp_serve(struct ctx *ctx)
{
    struct json_object *tree;

    if (!origin_allowed(ctx))
        return false;
    if (!rpc_parse(ctx, &tree))
        return true;
    return js_type(tree) == JS_ARRAY ? batch_serve(ctx, tree, serve) : serve(ctx, tree);
}

void
mcp_refuse(struct ctx *ctx)
{
    struct rpc none = {.id = NULL};
    int status = reply_status_of(ctx->err.kind);

    reply_problem(&ctx->reply, &ctx->err, ctx->request->id); /* for its headers */
    ctx->reply.content_type = "application/json";
    rpc_error(ctx, &none, status, status >= 500 ? RPC_INTERNAL : RPC_SERVER, NULL, "%s",
              ctx->err.kind == ERR_INTERNAL || ctx->err.kind == ERR_NONE ? RPC_FAILED
                                                                         : ctx->err.text);
}
