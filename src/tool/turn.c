/*
 * turn: what a tool is told of its call beside the arguments, and what else it may end with.
 */
#include "tool/turn.h"

#include "base/clock.h"
#include "base/js.h"
#include "db/pipe.h"
#include "llm/http.h"
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

struct pipe *
turn_pipe(struct ctx *ctx)
{
    struct pipe *pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);

    if (ctx->turn != NULL && ctx->turn->enter != NULL)
        ctx->turn->enter(ctx, pipe);
    return pipe;
}

bool
turn_rest(struct ctx *ctx, long ms)
{
    int64_t until = clock_us() + ms * 1000;

    if (!http_rest(until < ctx->deadline ? until : ctx->deadline, conn_watched(ctx->conn)))
        return err_set(&ctx->err, ERR_GONE, "nobody waits for this any more");
    return until <= ctx->deadline ||
           err_set(&ctx->err, ERR_TIMEOUT, "it took longer than a call may");
}

struct json_object *
turn_answer(const struct ctx *ctx, const char *key)
{
    return ctx->turn == NULL ? NULL : js_find(ctx->turn->responses, key);
}

struct json_object *
turn_form(const struct ctx *ctx, const char *key)
{
    struct json_object *answer = turn_answer(ctx, key);

    return str_is(js_str(js_find(answer, "action")), "accept") ? js_find(answer, "content")
                                                               : NULL;
}

bool
turn_can(const struct ctx *ctx, enum turn_client what)
{
    return ctx->turn != NULL && (ctx->turn->client & what) != 0;
}
