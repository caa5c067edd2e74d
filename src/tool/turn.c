/*
 * turn: what a tool is told of its call beside the arguments, and what else it may end with.
 */
#include "tool/turn.h"

#include "web/ctx.h"

void
turn_progress(struct ctx *ctx, double done, double total, const char *says)
{
    if (ctx->turn != NULL && ctx->turn->progress != NULL)
        ctx->turn->progress(ctx, done, total, says);
}

void
turn_log(struct ctx *ctx, const char *level, const char *logger, const char *data)
{
    if (ctx->turn != NULL && ctx->turn->log != NULL)
        ctx->turn->log(ctx, level, logger, data);
}
