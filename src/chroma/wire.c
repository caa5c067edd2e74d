/*
 * wire: what every handler of Chroma's v2 API has in common.
 */
#include "chroma/wire.h"

#include "base/uuid.h"

#include <limits.h>
#include <string.h>

static const char *
error_name(enum err_kind kind)
{
    switch (reply_status_of(kind)) {
    case 400: return "InvalidArgumentError";
    case 404: return "NotFoundError";
    case 500: return "InternalError";
    default: return "ChromaError";
    }
}

/* What Chroma says before our own words, by which its clients and users know the case. */
static const char *
introduction(const struct err *err)
{
    if (err->kind == ERR_INPUT && strncmp(err->text, "invalid JSON", 12) == 0)
        return "Failed to parse the request body as JSON: ";
    if (err->kind == ERR_SHAPE)
        return "Failed to deserialize the JSON body into the target type: ";
    if (err->kind == ERR_MEDIA)
        return "Expected request with `Content-Type: application/json`: ";
    return "";
}

void
wire_refuse(struct ctx *ctx)
{
    struct emit *json;
    struct buf message;

    reply_problem(&ctx->reply, &ctx->err, ctx->request->id); /* for its headers */
    buf_start(&message, ctx->arena, 300);
    buf_text(&message, introduction(&ctx->err));
    buf_text(&message, ctx->err.text);
    json = reply_json(&ctx->reply, ctx->reply.status);
    emit_object(json, NULL);
    emit_text(json, "error", error_name(ctx->err.kind));
    emit_text(json, "message", message.data);
    emit_object_end(json);
}

bool
wire_scan(struct ctx *ctx, struct scan *scan)
{
    struct str body = ctx->request->body;

    scan_start(scan, body.at == NULL ? "" : body.at, body.len, ctx->arena, &ctx->err);
    if (body.len == 0)
        return err_set(&ctx->err, ERR_INPUT, "invalid JSON: the request has no body");
    return true;
}

static const char *
tenant_of(struct ctx *ctx)
{
    struct str tenant = ctx_param(ctx, "tenant");

    return tenant.at != NULL ? str_copy(ctx->arena, tenant) : WIRE_TENANT;
}

struct pipe *
wire_pipe(struct ctx *ctx)
{
    const char *tenant = tenant_of(ctx);
    struct pipe *pipe;

    if (ctx->claims.kind == CLAIMS_OPEN)
        ctx->claims.tenant = tenant;
    pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);
    if (ctx->claims.kind == CLAIMS_KEY && ctx_param(ctx, "tenant").at != NULL)
        call_text(pipe_add(pipe, STMT_chroma_tenant_is), tenant);
    return pipe;
}

bool
wire_run(struct ctx *ctx, struct pipe *pipe)
{
    return pipe_run(pipe, ctx->deadline, &ctx->err);
}

/* A tenant that is not there has nothing to list. */
bool
wire_run_or_nothing(struct ctx *ctx, struct pipe *pipe)
{
    if (wire_run(ctx, pipe))
        return true;
    if (ctx->err.kind != ERR_MISSING)
        return false;
    ctx->err = (struct err){.kind = ERR_NONE};
    return true;
}

struct str
wire_database(struct ctx *ctx)
{
    return ctx_param(ctx, "database");
}

bool
wire_collection(struct ctx *ctx, struct str *uuid_out)
{
    *uuid_out = ctx_param(ctx, "collection");
    return uuid_is(*uuid_out) ||
           err_set(&ctx->err, ERR_INPUT, "Collection ID is not a valid UUIDv4");
}

static bool
query_number(struct ctx *ctx, const char *name, long *value)
{
    struct str text = request_query(ctx->request, ctx->arena, name);

    return text.at == NULL || str_to_long(text, 0, LONG_MAX, value) ||
           err_set(&ctx->err, ERR_INPUT,
                   "Failed to deserialize query string: %s: invalid digit found in string",
                   name);
}

bool
wire_page(struct ctx *ctx, long *limit_out, long *offset_out)
{
    *limit_out = LONG_MAX;
    *offset_out = 0;
    return query_number(ctx, "limit", limit_out) && query_number(ctx, "offset", offset_out);
}

void
wire_done(struct ctx *ctx, int status)
{
    struct emit *json = reply_json(&ctx->reply, status);

    emit_object(json, NULL);
    emit_object_end(json);
}
