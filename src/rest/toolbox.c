/*
 * toolbox: /v1/tools, the HTTP tools of a tenant.
 */
#include "rest/toolbox.h"

#include "base/js.h"
#include "remote/declaration.h"
#include "rest/body.h"

bool
toolbox_list(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_http_tool_list);
    struct emit *json;

    if (!body_run(ctx, pipe))
        return false;
    json = reply_json(&ctx->reply, 200);
    emit_object(json, NULL);
    emit_array(json, "tools");
    for (size_t row = 0; row < call_rows(call); row++) {
        struct declaration declaration = declaration_read(call, row);

        declaration_emit(json, &declaration);
    }
    emit_array_end(json);
    emit_object_end(json);
    return true;
}

bool
toolbox_add(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct json_object *given;
    struct call *call;
    struct emit *json;

    if (ctx->request->body.len == 0)
        return err_set(&ctx->err, ERR_INPUT, "the request has no body: send a JSON object");
    if (!js_parse(ctx->arena, ctx->request->body, &given, &ctx->err) ||
        !declaration_put(pipe, ctx->arena, given, &call, &ctx->err) || !body_run(ctx, pipe))
        return false;
    json = reply_json(&ctx->reply, call_cell_bool(call, 0, 0) ? 201 : 200);
    emit_object(json, NULL);
    emit_str(json, "name", js_str(js_find(given, "name")));
    emit_bool(json, "created", call_cell_bool(call, 0, 0));
    emit_object_end(json);
    return true;
}

bool
toolbox_remove(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);

    call_str(pipe_add(pipe, STMT_http_tool_drop), ctx_param(ctx, "name"));
    if (!body_run(ctx, pipe))
        return false;
    ctx->reply.status = 204;
    return true;
}
