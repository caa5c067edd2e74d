/*
 * system: what Chroma's clients ask before they work: is it there, what can it take, who am I.
 */
#include "chroma/system.h"

#include "base/clock.h"
#include "chroma/wire.h"

#define VERSION "\"1.0.0\"" /* of the API, as Chroma's own servers of every release say */

bool
system_heartbeat(struct ctx *ctx)
{
    struct emit *json = reply_json(&ctx->reply, 200);

    emit_object(json, NULL);
    emit_long(json, "nanosecond heartbeat", clock_wall() * 1000);
    emit_object_end(json);
    return true;
}

bool
system_version(struct ctx *ctx)
{
    emit_raw(reply_json(&ctx->reply, 200), NULL, VERSION);
    return true;
}

bool
system_preflight(struct ctx *ctx)
{
    struct emit *json = reply_json(&ctx->reply, 200);

    emit_object(json, NULL);
    emit_long(json, "max_batch_size", WIRE_BATCH);
    emit_bool(json, "supports_base64_encoding", true);
    emit_object_end(json);
    return true;
}

/* Chroma's two parts are one here: the database. */
bool
system_health(struct ctx *ctx)
{
    struct claims nobody = {.kind = CLAIMS_NONE};
    struct pipe *pipe = pipe_new(ctx->conn, ctx->arena, &nobody);
    struct emit *json;
    bool alive;

    pipe_add(pipe, STMT_ping);
    alive = wire_run(ctx, pipe);
    json = reply_json(&ctx->reply, alive ? 200 : 503);
    emit_object(json, NULL);
    emit_bool(json, "is_executor_ready", alive);
    emit_bool(json, "is_log_client_ready", alive);
    emit_object_end(json);
    return true;
}

bool
system_identity(struct ctx *ctx)
{
    struct pipe *pipe = wire_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_chroma_identity);
    struct emit *json;

    if (!wire_run(ctx, pipe))
        return false;
    json = reply_json(&ctx->reply, 200);
    emit_object(json, NULL);
    emit_text(json, "user_id", ctx->claims.kind == CLAIMS_KEY ? ctx->claims.key_id : "");
    emit_str(json, "tenant", call_cell(call, 0, 0));
    emit_raw(json, "databases", call_cell(call, 0, 1).at);
    emit_object_end(json);
    return true;
}

bool
system_v1(struct ctx *ctx)
{
    struct emit *json = reply_json(&ctx->reply, 410);

    emit_object(json, NULL);
    emit_text(json, "error", "Unimplemented");
    emit_text(json, "message", "The v1 API is deprecated. Please use /v2 apis");
    emit_object_end(json);
    return true;
}
