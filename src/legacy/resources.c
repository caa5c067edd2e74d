/*
 * resources: the legacy wire for reading a resource: GET /api/mcp/resources?uri=.
 */
#include "legacy/resources.h"

#include "base/js.h"
#include "tool/resource.h"

static bool
resource_read(struct ctx *ctx, struct call **call_out)
{
    struct str text = request_query(ctx->request, ctx->arena, "uri");
    struct pipe *pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);
    struct uri uri;

    if (text.len == 0)
        return err_set(&ctx->err, ERR_INPUT, "uri is required: ?uri=kvasir://collections/...");
    if (!uri_read(ctx->arena, text, &uri))
        return err_set(&ctx->err, ERR_MISSING, "there is no such resource");
    *call_out = resource_read_call(pipe, ctx->arena, &uri);
    return pipe_run(pipe, ctx->deadline, &ctx->err);
}

/* The error in the shape that legacy clients read, with the headers that its status wants. */
static bool
refuse(struct ctx *ctx)
{
    struct emit *json;

    if (ctx->err.kind == ERR_INTERNAL)
        return false; /* the problem document keeps our own words for the log */
    reply_problem(&ctx->reply, &ctx->err, ctx->request->id);
    json = reply_json(&ctx->reply, reply_status_of(ctx->err.kind));
    ctx->reply.content_type = "application/json";
    emit_object(json, NULL);
    emit_bool(json, "success", false);
    emit_text(json, "error", ctx->err.text);
    emit_object_end(json);
    return true;
}

bool
legacy_resources_read(struct ctx *ctx)
{
    struct err ignored = {.kind = ERR_NONE};
    struct json_object *tree;
    struct call *call = NULL;
    struct emit *json;
    struct str text;

    if (!resource_read(ctx, &call))
        return refuse(ctx);
    text = call_cell(call, 0, RESOURCE_TEXT);
    json = reply_json(&ctx->reply, 200);
    emit_object(json, NULL);
    emit_bool(json, "success", true);
    if (js_parse(ctx->arena, text, &tree, &ignored))
        emit_raw(json, "data", text.at);
    else
        emit_str(json, "content", text);
    emit_object_end(json);
    return true;
}
