/*
 * era: which generation of the protocol a message belongs to, and whether it keeps its rules.
 */
#include "mcp/era.h"

#include "base/base64.h"
#include "base/js.h"
#include "mcp/client.h"

#include <string.h>

#define META         "io.modelcontextprotocol/"
#define VERSION_NAME META "protocolVersion"
#define CLIENT_CAN   META "clientCapabilities"
#define BASE64_OPEN  "=?base64?"
#define BASE64_CLOSE "?="

static const char *const legacy_versions[] = {ERA_LEGACY, "2025-06-18", "2025-03-26"};
#define LEGACY_VERSIONS (sizeof legacy_versions / sizeof legacy_versions[0])

const char *
era_legacy(struct str version)
{
    for (size_t i = 0; i < LEGACY_VERSIONS; i++)
        if (str_is(version, legacy_versions[i]))
            return legacy_versions[i];
    return NULL;
}

const char *
era_agree(struct str asked)
{
    const char *known = era_legacy(asked);

    return known != NULL ? known : ERA_LEGACY;
}

void
era_versions(struct emit *json, const char *name)
{
    emit_array(json, name);
    emit_text(json, NULL, ERA_MODERN);
    for (size_t i = 0; i < LEGACY_VERSIONS; i++)
        emit_text(json, NULL, legacy_versions[i]);
    emit_array_end(json);
}

bool
era_header(struct arena *arena, const char *value, struct str *decoded_out)
{
    struct str text = str_trim(str_of(value));
    size_t open = strlen(BASE64_OPEN), close = strlen(BASE64_CLOSE);

    *decoded_out = text;
    if (text.at == NULL || text.len < open + close || !str_starts(text, BASE64_OPEN) ||
        memcmp(text.at + text.len - close, BASE64_CLOSE, close) != 0)
        return true;
    return base64_decode(
        arena, str_of(str_copy(arena, (struct str){text.at + open, text.len - open - close})),
        decoded_out);
}

static struct str
header(struct ctx *ctx, const char *name)
{
    return str_trim(str_of(request_header(ctx->request, name)));
}

static bool
mismatch(struct ctx *ctx, const struct rpc *rpc, const char *name, const char *says)
{
    rpc_error(ctx, rpc, 400, RPC_HEADER, NULL, "the header %s must repeat %s", name, says);
    return false;
}

static bool
version_check(struct ctx *ctx, struct rpc *rpc)
{
    struct str version = js_str(js_find(rpc->meta, VERSION_NAME));
    struct buf data;
    struct emit json;

    if (version.at == NULL || js_type(js_find(rpc->meta, CLIENT_CAN)) != JS_OBJECT) {
        rpc_error(ctx, rpc, 400, RPC_PARAMS, NULL,
                  "params._meta must have " VERSION_NAME " and " CLIENT_CAN);
        return false;
    }
    if (!str_same(header(ctx, "mcp-protocol-version"), version))
        return mismatch(ctx, rpc, "MCP-Protocol-Version", "_meta's protocolVersion");
    rpc->client = client_can(js_find(rpc->meta, CLIENT_CAN));
    if (str_is(version, ERA_MODERN))
        return true;
    buf_start(&data, ctx->arena, 128);
    emit_start(&json, &data);
    emit_object(&json, NULL);
    era_versions(&json, "supported");
    emit_str(&json, "requested", version);
    emit_object_end(&json);
    rpc_error(ctx, rpc, 400, RPC_VERSION, data.data, "this version is not spoken here");
    return false;
}

/* What Mcp-Name repeats of a method's parameters; NULL: it has none. */
static const char *
named_by(const struct rpc *rpc)
{
    static const struct {
        const char *method, *parameter;
    } rows[] = {
        {"tools/call", "name"},  {"prompts/get", "name"},    {"resources/read", "uri"},
        {"tasks/get", "taskId"}, {"tasks/update", "taskId"}, {"tasks/cancel", "taskId"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (str_is(rpc->method, rows[i].method))
            return rows[i].parameter;
    return NULL;
}

static bool
name_check(struct ctx *ctx, const struct rpc *rpc)
{
    const char *parameter = named_by(rpc);
    struct str told, wanted;

    if (parameter == NULL)
        return true;
    wanted = js_str(js_find(rpc->params, parameter));
    if (!era_header(ctx->arena, request_header(ctx->request, "mcp-name"), &told) ||
        told.at == NULL || !str_same(told, wanted))
        return mismatch(ctx, rpc, "Mcp-Name", parameter);
    return true;
}

static bool
modern_check(struct ctx *ctx, struct rpc *rpc)
{
    rpc->is_modern = true;
    rpc->version = ERA_MODERN;
    if (!version_check(ctx, rpc))
        return false;
    if (!str_same(header(ctx, "mcp-method"), rpc->method))
        return mismatch(ctx, rpc, "Mcp-Method", "the method");
    return name_check(ctx, rpc);
}

static bool
legacy_check(struct ctx *ctx, struct rpc *rpc)
{
    struct str told = header(ctx, "mcp-protocol-version");

    rpc->version = told.at == NULL ? "2025-03-26" : era_legacy(told);
    if (rpc->version != NULL || str_is(rpc->method, "initialize"))
        return true;
    rpc_error(ctx, rpc, 400, RPC_SERVER, NULL, "MCP-Protocol-Version %.*s is not spoken here",
              (int)told.len, told.at);
    return false;
}

/* A date that is none of the older generation's names the stateless one. */
static bool
claims_modern(struct ctx *ctx, const struct rpc *rpc)
{
    struct str told = header(ctx, "mcp-protocol-version");

    if (js_has(rpc->meta, VERSION_NAME) || js_has(rpc->meta, CLIENT_CAN))
        return true;
    return told.len == strlen(ERA_MODERN) && memcmp(told.at, ERA_MODERN, told.len) >= 0;
}

bool
era_check(struct ctx *ctx, struct rpc *rpc)
{
    return claims_modern(ctx, rpc) ? modern_check(ctx, rpc) : legacy_check(ctx, rpc);
}
