/*
 * args: small bodies as a tree, checked against a schema.
 */
#include "rest/args.h"

#include "base/js.h"
#include "tool/schema.h"
#include "web/ctx.h"

bool
args_read(struct ctx *ctx, const char *schema, struct json_object **args_out)
{
    struct str body = ctx->request->body;
    struct json_object *rules;

    if (body.len == 0)
        return err_set(&ctx->err, ERR_INPUT, "the request has no body: send a JSON object");
    return js_parse(ctx->arena, str_of(schema), &rules, &ctx->err) &&
           js_parse(ctx->arena, body, args_out, &ctx->err) &&
           schema_check(ctx->arena, rules, *args_out, &ctx->err);
}
