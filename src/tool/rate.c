/*
 * rate: how often a caller may call a tool.
 */
#include "tool/rate.h"

#include "base/conf.h"
#include "bus/limit.h"
#include "embed/service.h"
#include "tool/calling.h"

#include <string.h>

/* One item of tool_rates; false at the end.  *rate is -1 when the item is none. */
static bool
item_next(struct str *rest, struct str *name, long *rate)
{
    const char *equals;
    size_t len = 0;

    *rest = str_trim(*rest);
    if (rest->at == NULL || rest->len == 0)
        return false;
    while (len < rest->len && rest->at[len] != ' ')
        len++;
    equals = memchr(rest->at, '=', len);
    *rate = -1;
    *name = (struct str){rest->at, equals == NULL ? len : (size_t)(equals - rest->at)};
    if (equals != NULL && name->len > 0 &&
        !str_to_long((struct str){equals + 1, len - name->len - 1}, 0, 1000000000, rate))
        *rate = -1;
    *rest = (struct str){rest->at + len, rest->len - len};
    return true;
}

bool
rate_check(struct err *err)
{
    struct str rest = str_of(conf_text(CONF_tool_rates)), name;
    long rate;

    while (item_next(&rest, &name, &rate))
        if (rate < 0)
            return err_set(err, ERR_INPUT,
                           "setting tool_rates is a list of tool=calls-a-minute, not %.*s",
                           (int)name.len, name.at);
    return true;
}

static bool
goes_by(const struct tool *tool, struct str name)
{
    for (size_t i = 0; tool->aliases[i] != NULL; i++)
        if (str_is(name, tool->aliases[i]))
            return true;
    return str_is(name, tool->name);
}

static long
find(const struct tool *tool, bool *is_named_out)
{
    struct str rest = str_of(conf_text(CONF_tool_rates)), name;
    long rate;

    *is_named_out = true;
    while (item_next(&rest, &name, &rate))
        if (goes_by(tool, name))
            return rate;
    *is_named_out = false;
    return conf_long(CONF_tool_rate);
}

/* A key's hash is part of the name, so that who knows only its id uses up nothing of it. */
static const char *
bucket_of(struct ctx *ctx, const char *name)
{
    const struct claims *claims = &ctx->claims;
    const unsigned char *hash = claims->key_hash;

    if (claims->kind != CLAIMS_KEY)
        return str_format(ctx->arena, "open:%s:%s", claims->tenant, name);
    return str_format(ctx->arena, "%s:%02x%02x%02x%02x%02x%02x:%s", claims->key_id, hash[0],
                      hash[1], hash[2], hash[3], hash[4], hash[5], name);
}

/* A name of no tool of this program may be that of a function of the database, of an address,
   or of nothing.  Until a call has shown that it is one, all such names have one bucket, so
   that nobody fills Redis by making names up. */
static const char *
bucket_choose(struct ctx *ctx, struct limit *limit, const struct tool *tool, bool is_named)
{
    const char *own = bucket_of(ctx, tool->name);

    return tool->run != NULL || is_named || limit_knows(limit, own) ? own : bucket_of(ctx, "?");
}

void
rate_prove(struct ctx *ctx)
{
    struct limit *limit = ctx->service == NULL ? NULL : ctx->service->limit;

    if (limit != NULL && ctx->calling != NULL && ctx->calling->tool->run == NULL)
        limit_learn(limit, bucket_of(ctx, ctx->calling->tool->name));
}

/* Of calls that are refused only the first is told, so that a flood is no flood of rows. */
bool
rate_admit(struct ctx *ctx)
{
    struct limit *limit = ctx->service == NULL ? NULL : ctx->service->limit;
    const struct tool *tool = ctx->calling->tool;
    struct limit_verdict verdict;
    bool is_named;
    long rate = find(tool, &is_named);

    if (rate == 0 || limit == NULL || ctx->claims.kind == CLAIMS_NONE)
        return true;
    verdict = limit_take(limit, ctx->arena, bucket_choose(ctx, limit, tool, is_named), rate);
    if (verdict.allowed)
        return true;
    ctx->told = !verdict.first;
    ctx->err.wait_s = (int)verdict.wait_s;
    return err_set(&ctx->err, ERR_LIMITED,
                   "%s may be called %ld times a minute: try again in %ld s", tool->name, rate,
                   verdict.wait_s);
}
