/*
 * ctx: all that a handler is given.
 */
#include "web/ctx.h"

#include "web/route.h"

struct str
ctx_param(struct ctx *ctx, const char *name)
{
    return route_param(ctx->route, ctx->request->path_sent, name, ctx->arena);
}
