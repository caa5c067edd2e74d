/*
 * session: what an older client is given by initialize, and brings back with each request.
 */
#include "mcp/session.h"

#include "access/vault.h"
#include "access/who.h"
#include "base/clock.h"
#include "embed/service.h"
#include "mcp/era.h"
#include "mcp/mcp.h"
#include "mcp/origin.h"
#include "web/stream.h"

#include <limits.h>
#include <string.h>

#define HEADER "Mcp-Session-Id"

/* What is sealed is "VERSION CLIENT EXPIRES ID", for the caller and no other. */
static struct str
about(struct ctx *ctx)
{
    return str_of(str_format(ctx->arena, "mcp session of %s", who_principal(ctx)));
}

static bool
secret(struct ctx *ctx, unsigned char key[SEAL_KEY])
{
    return vault_key(ctx->service->vault, ctx->conn, ctx->arena, ctx->deadline, key, &ctx->err);
}

bool
session_begin(struct ctx *ctx, const char *version, unsigned client)
{
    int64_t expires = clock_wall() + SESSION_SECONDS * 1000000;
    struct pipe *pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);
    unsigned char key[SEAL_KEY];
    char id[UUID_TEXT], *text;

    if (!secret(ctx, key) || !pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    uuid_new(id);
    text = str_format(ctx->arena, "%s %u %lld %s", version, client, (long long)expires, id);
    reply_header(&ctx->reply, HEADER, seal_close(ctx->arena, key, about(ctx), str_of(text)));
    explicit_bzero(key, sizeof key);
    return true;
}

bool
session_parse(struct str text, int64_t now, struct session *session_out)
{
    struct str version, client, expires;
    long can, until;

    if (!str_word(&text, &version) || !str_word(&text, &client) || !str_word(&text, &expires) ||
        !uuid_is(text) || era_legacy(version) == NULL ||
        !str_to_long(client, 0, INT_MAX, &can) || !str_to_long(expires, 0, LONG_MAX, &until) ||
        until <= now)
        return false;
    *session_out = (struct session){
        .version = era_legacy(version), .client = (unsigned)can, .expires = until};
    memcpy(session_out->id, text.at, UUID_TEXT - 1);
    return true;
}

bool
session_refuse(struct ctx *ctx, const struct rpc *rpc, const char *says)
{
    return rpc_error(ctx, rpc, 404, RPC_SESSION, NULL, "%s", says);
}

/* 1: found; 0: there is no header; -1: it is none of this caller's, or the secret is away. */
static int
find(struct ctx *ctx, struct session *session)
{
    struct str sent = str_of(request_header(ctx->request, "mcp-session-id")), text;
    unsigned char key[SEAL_KEY];
    bool opened;

    if (sent.at == NULL)
        return 0;
    if (!secret(ctx, key))
        return -1;
    opened = seal_open(ctx->arena, key, about(ctx), sent, &text) &&
             session_parse(text, clock_wall(), session);
    explicit_bzero(key, sizeof key);
    return opened ? 1 : -1;
}

static bool
not_found(struct ctx *ctx, const struct rpc *rpc)
{
    if (ctx->err.kind != ERR_NONE)
        return rpc_refuse(ctx, rpc);
    return session_refuse(ctx, rpc, "there is no such session: begin anew with initialize");
}

bool
session_find(struct ctx *ctx, struct rpc *rpc)
{
    struct session *session = arena_take(ctx->arena, sizeof *session);
    int found = find(ctx, session);

    if (found < 0) {
        not_found(ctx, rpc);
        return false;
    }
    if (found == 0)
        return true;
    if (request_header(ctx->request, "mcp-protocol-version") == NULL)
        rpc->version = session->version;
    rpc->session = session;
    rpc->client = session->client;
    return true;
}

void
session_enter(struct session *session, struct pipe *pipe)
{
    if (session == NULL)
        return;
    call_text(pipe_add(pipe, STMT_mcp_enter), session->id);
    session->entered = true;
}

struct pipe *
session_pipe(struct ctx *ctx, const struct rpc *rpc)
{
    struct pipe *pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);

    session_enter(rpc->session, pipe);
    return pipe;
}

bool
session_check(struct ctx *ctx, const struct rpc *rpc)
{
    struct err err = {.kind = ERR_NONE};
    struct pipe *pipe;

    if (rpc->session == NULL || rpc->session->entered)
        return true;
    pipe = session_pipe(ctx, rpc);
    if (pipe_run(pipe, ctx->deadline, &err))
        return true;
    ctx->err = err; /* counts for more than what a tool may have said */
    return false;
}

void
session_watch(struct ctx *ctx, const struct session *session)
{
    if (session != NULL)
        ctx->reply.stream->control = str_format(ctx->arena, "session %s", session->id);
}

bool
session_delete(struct ctx *ctx)
{
    struct rpc none = {.id = NULL};
    struct session session;
    int found;
    struct pipe *pipe;
    struct call *end;

    if (!origin_allowed(ctx))
        return false;
    if (!mcp_toolset(ctx, &none))
        return true;
    found = find(ctx, &session);
    if (found == 0)
        return err_set(&ctx->err, ERR_INPUT,
                       "DELETE ends the session of " HEADER ", which was not sent");
    if (found < 0)
        return not_found(ctx, &none);
    pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);
    session_enter(&session, pipe);
    end = pipe_add(pipe, STMT_mcp_end);
    call_text(end, session.id);
    call_long(end, session.expires);
    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return rpc_refuse(ctx, &none);
    ctx->reply.status = 204;
    return true;
}
