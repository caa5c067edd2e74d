/*
 * usage: /v1/usage, what a tenant has spent on the language model.
 */
#include "rest/usage.h"

#include "base/conf.h"
#include "rest/body.h"

/* "2026-01" as the month's first day. */
static bool
month_read(struct ctx *ctx, const char **day_out)
{
    struct str asked = request_query(ctx->request, ctx->arena, "month");
    long year = 0, month = 0;

    *day_out = NULL;
    if (asked.at == NULL)
        return true;
    if (asked.len != 7 || asked.at[4] != '-' ||
        !str_to_long((struct str){asked.at, 4}, 1970, 9999, &year) ||
        !str_to_long((struct str){asked.at + 5, 2}, 1, 12, &month))
        return err_set(&ctx->err, ERR_SHAPE, "month must be a year and a month, as 2026-01");
    *day_out = str_format(ctx->arena, "%04ld-%02ld-01", year, month);
    return true;
}

bool
usage_get(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct call *call;
    const char *day;

    if (!month_read(ctx, &day))
        return false;
    call = pipe_add(pipe, STMT_llm_usage);
    call_text(call, day);
    call_long(call, conf_long(CONF_llm_budget));
    if (!body_run(ctx, pipe))
        return false;
    emit_raw(reply_json(&ctx->reply, 200), NULL, call_cell(call, 0, 0).at);
    return true;
}
