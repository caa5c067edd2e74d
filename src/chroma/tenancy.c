/*
 * tenancy: tenants and databases, and the reset of all.
 */
#include "chroma/tenancy.h"

#include "base/conf.h"
#include "chroma/title.h"
#include "chroma/wire.h"

#include <string.h>

#define LEAST_NAME 3
#define MOST_NAME  512

/* The one member that these bodies have, a string. */
static bool
scan_only(struct ctx *ctx, const char *wanted, struct str *text)
{
    struct scan scan;
    struct str name;

    *text = (struct str){NULL, 0};
    if (!wire_scan(ctx, &scan) || !scan_object(&scan))
        return false;
    while (scan_member(&scan, &name)) {
        if (!(str_is(name, wanted) ? scan_string(&scan, text) : scan_skip(&scan)))
            return false;
    }
    if (!scan_end(&scan))
        return false;
    return text->at != NULL || err_set(&ctx->err, ERR_SHAPE, "missing field `%s`", wanted);
}

static size_t
characters(struct str text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.at[i] & 0xC0) != 0x80;
    return count;
}

bool
tenancy_tenant_create(struct ctx *ctx)
{
    struct pipe *pipe;
    struct str name;

    if (ctx->claims.kind == CLAIMS_KEY)
        return err_set(
            &ctx->err, ERR_DENIED,
            "A key belongs to one tenant and makes no others: that is done where the "
            "server runs, by `kvasir tenant create`");
    if (!scan_only(ctx, "name", &name))
        return false;
    if (characters(name) < LEAST_NAME || characters(name) > MOST_NAME)
        return err_set(&ctx->err, ERR_INPUT,
                       "Validation error: name: Expected a tenant name of %d to %d characters",
                       LEAST_NAME, MOST_NAME);
    pipe = wire_pipe(ctx);
    call_str(pipe_add(pipe, STMT_chroma_tenant_create), name);
    if (!wire_run(ctx, pipe))
        return false;
    wire_done(ctx, 200);
    return true;
}

bool
tenancy_tenant(struct ctx *ctx)
{
    struct pipe *pipe = wire_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_chroma_tenant);
    struct emit *json;

    if (!wire_run(ctx, pipe))
        return false;
    json = reply_json(&ctx->reply, 200);
    emit_object(json, NULL);
    emit_str(json, "name", call_cell(call, 0, 0));
    emit_str(json, "resource_name", call_cell(call, 0, 1));
    emit_object_end(json);
    return true;
}

bool
tenancy_tenant_change(struct ctx *ctx)
{
    struct pipe *pipe;
    struct str name;

    if (!scan_only(ctx, "resource_name", &name))
        return false;
    if (characters(name) < 1 || characters(name) > MOST_NAME ||
        memchr(name.at, ':', name.len) != NULL)
        return err_set(&ctx->err, ERR_INPUT,
                       "Validation error: resource_name: Expected 1 to %d characters, none of "
                       "them a colon",
                       MOST_NAME);
    pipe = wire_pipe(ctx);
    call_str(pipe_add(pipe, STMT_chroma_tenant_resource), name);
    if (!wire_run(ctx, pipe))
        return false;
    wire_done(ctx, 200);
    return true;
}

bool
tenancy_database_create(struct ctx *ctx)
{
    struct pipe *pipe;
    struct str name;

    if (!scan_only(ctx, "name", &name) || !title_check(name, "", &ctx->err))
        return false;
    pipe = wire_pipe(ctx);
    call_str(pipe_add(pipe, STMT_chroma_database_create), name);
    if (!wire_run(ctx, pipe))
        return false;
    wire_done(ctx, 200);
    return true;
}

static void
database_emit(const struct call *call, size_t row, struct emit *json)
{
    emit_object(json, NULL);
    emit_str(json, "id", call_cell(call, row, 0));
    emit_str(json, "name", call_cell(call, row, 1));
    emit_str(json, "tenant", call_cell(call, row, 2));
    emit_object_end(json);
}

bool
tenancy_database_list(struct ctx *ctx)
{
    struct pipe *pipe = wire_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_chroma_database_list);
    struct emit *json;
    long limit, offset;

    if (!wire_page(ctx, &limit, &offset))
        return false;
    call_long(call, limit);
    call_long(call, offset);
    if (!wire_run_or_nothing(ctx, pipe))
        return false;
    json = reply_json(&ctx->reply, 200);
    emit_array(json, NULL);
    for (size_t row = 0; row < call_rows(call); row++)
        database_emit(call, row, json);
    emit_array_end(json);
    return true;
}

bool
tenancy_database(struct ctx *ctx)
{
    struct pipe *pipe = wire_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_chroma_database);

    if (characters(wire_database(ctx)) < LEAST_NAME)
        return err_set(&ctx->err, ERR_INPUT, "database name must be at least 3 characters");
    call_str(call, wire_database(ctx));
    if (!wire_run(ctx, pipe))
        return false;
    database_emit(call, 0, reply_json(&ctx->reply, 200));
    return true;
}

bool
tenancy_database_delete(struct ctx *ctx)
{
    struct pipe *pipe = wire_pipe(ctx);

    call_str(pipe_add(pipe, STMT_chroma_database_drop), wire_database(ctx));
    if (!wire_run(ctx, pipe))
        return false;
    wire_done(ctx, 200);
    return true;
}

/* With a key only that key's tenant is emptied. */
bool
tenancy_reset(struct ctx *ctx)
{
    struct pipe *pipe = wire_pipe(ctx);

    if (strcmp(conf_text(CONF_mode), "development") != 0)
        return err_set(&ctx->err, ERR_DENIED, "Reset is disabled by config");
    call_bool(pipe_add(pipe, STMT_chroma_reset), ctx->claims.kind == CLAIMS_OPEN);
    if (!wire_run(ctx, pipe))
        return false;
    emit_bool(reply_json(&ctx->reply, 200), NULL, true);
    return true;
}
