/*
 * calling: the rules that hold for every call of a tool, on every wire.
 */
#include "tool/calling.h"

#include "base/clock.h"
#include "base/js.h"
#include "base/metric.h"
#include "db/exec.h"
#include "embed/service.h"
#include "tool/journal.h"
#include "tool/rate.h"
#include "tool/turn.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define KEY_MOST 200
#define LATE_US  2000000 /* for telling of a call whose own time is over */

/* As a header says it: a string in quotes, or bare. */
static struct str
key_given(const struct ctx *ctx)
{
    struct str key = ctx->once_key;

    if (key.at == NULL && ctx->request != NULL)
        key = str_trim(str_of(request_header(ctx->request, "idempotency-key")));
    if (key.at != NULL && key.len >= 2 && key.at[0] == '"' && key.at[key.len - 1] == '"')
        key = (struct str){key.at + 1, key.len - 2};
    return key;
}

static bool
key_read(struct ctx *ctx)
{
    struct str key = key_given(ctx);

    if (key.at == NULL || ctx->calling->tool->read_only)
        return true;
    for (size_t i = 0; i < key.len; i++)
        if (key.at[i] < ' ' || key.at[i] > '~')
            key.len = 0;
    if (key.len == 0 || key.len > KEY_MOST)
        return err_set(&ctx->err, ERR_INPUT,
                       "an idempotency key is 1 to %d printable ASCII characters", KEY_MOST);
    ctx->calling->key = key;
    return true;
}

bool
calling_begin(struct ctx *ctx, struct calling *calling, const struct tool *tool,
              struct json_object *args)
{
    *calling = (struct calling){.tool = tool, .began = clock_us(), .reads = tool->read_only};
    ctx->calling = calling;
    ctx->tool = tool->name;
    ctx->claims.scope = tool->scope;
    canon_digest(ctx->arena, args, calling->digest);
    if (ctx->claims.kind != CLAIMS_TASK) /* whose call was counted when it was made */
        metric_add(METRIC_tools_called_total, 1);
    return rate_admit(ctx) && key_read(ctx);
}

static bool
has_key(const struct calling *calling)
{
    return calling->key.at != NULL;
}

static void
bind_once(struct ctx *ctx, struct call *call)
{
    call_str(call, ctx->calling->key);
    call_text(call, ctx->calling->tool->name);
    call_bytes(call, ctx->calling->digest, CANON_DIGEST);
}

void
calling_take(struct ctx *ctx, struct pipe *pipe)
{
    if (ctx->calling == NULL || !has_key(ctx->calling) || ctx->calling->state != CALLING_FRESH)
        return;
    bind_once(ctx, pipe_add(pipe, STMT_once_take));
    pipe_begin(pipe);
}

void
calling_enter(struct ctx *ctx, struct pipe *pipe)
{
    if (ctx->turn != NULL && ctx->turn->enter != NULL && ctx->calling->state == CALLING_FRESH)
        ctx->turn->enter(ctx, pipe);
}

/* What the event tells, with the duration when all of it is known (`ms` -1: it is not).  NULL:
 * the call did not come to its tool, and there is none. */
static const char *
event_of(struct ctx *ctx, const struct err *failure, long ms)
{
    bool failed = ctx->turn != NULL && ctx->turn->failed;
    struct buf data;
    struct emit emit;

    if (failure != NULL && (failure->kind == ERR_DENIED || failure->kind == ERR_LIMITED))
        return NULL;
    buf_start(&data, ctx->arena, 128);
    emit_start(&emit, &data);
    emit_object(&emit, NULL);
    emit_text(&emit, "tool", ctx->calling->tool->name);
    emit_bool(&emit, "success", failure == NULL && !failed);
    if (failure != NULL) {
        emit_text(&emit, "kind", err_kind_name(failure->kind));
        if (failure->kind != ERR_INTERNAL) /* whose words are for the log alone */
            emit_text(&emit, "error", failure->text);
    }
    if (ms >= 0)
        emit_long(&emit, "duration", ms);
    emit_object_end(&emit);
    return data.data;
}

static const char *
outcome_of(const struct ctx *ctx, const struct err *failure)
{
    if (failure != NULL)
        return err_kind_name(failure->kind);
    if (ctx->turn != NULL && ctx->turn->questions != NULL)
        return "asked";
    return ctx->turn != NULL && ctx->turn->failed ? "failed" : "ok";
}

static void
count(const struct calling *calling, const struct err *failure)
{
    enum metric_id id = METRIC_tools_ended_total__ok;

    if (failure != NULL)
        id = failure->kind == ERR_LIMITED  ? METRIC_tools_ended_total__limited
             : failure->kind == ERR_DENIED ? METRIC_tools_ended_total__denied
                                           : METRIC_tools_ended_total__failed;
    metric_add(id, 1);
    metric_time(METRIC_tool_seconds, clock_us() - calling->began);
}

static const char *
wire_of(const struct ctx *ctx)
{
    return ctx->wire != NULL ? ctx->wire : "internal";
}

/* Postgres adds its own time to ours. */
void
calling_end(struct ctx *ctx, struct pipe *pipe, const struct err *failure)
{
    const struct calling *calling = ctx->calling;
    struct call *call = pipe_add(pipe, STMT_call_end);

    call_text(call, calling->tool->name);
    call_text(call, event_of(ctx, failure, -1));
    call_long(call, (clock_us() - calling->began) / 1000);
    call_text(call, wire_of(ctx));
    call_text(call, outcome_of(ctx, failure));
    call_bytes(call, calling->digest, CANON_DIGEST);
    call_bool(call, failure == NULL && !calling->reads);
}

static struct journal *
journal_of(const struct ctx *ctx)
{
    return ctx->service == NULL || ctx->claims.kind == CLAIMS_NONE ? NULL
                                                                   : ctx->service->journal;
}

/* Postgres has let the caller in. */
static void
done(struct ctx *ctx)
{
    ctx->calling->state = CALLING_DONE;
    if (journal_of(ctx) != NULL)
        journal_learn(journal_of(ctx), &ctx->claims);
}

/* A call that asked nothing of Postgres and changed nothing need not wait for it, unless it is
   one of several turns, of which Postgres knows. */
static bool
write_behind(struct ctx *ctx)
{
    const struct calling *calling = ctx->calling;
    struct journal *journal = journal_of(ctx);
    long ms = (long)((clock_us() - calling->began) / 1000);
    struct journal_line line = {.tool = calling->tool->name,
                                .wire = wire_of(ctx),
                                .outcome = outcome_of(ctx, NULL),
                                .digest = calling->digest,
                                .at_us = clock_wall(),
                                .ms = ms};

    if (journal == NULL || calling->state != CALLING_FRESH ||
        (ctx->turn != NULL && (ctx->turn->state.at != NULL || ctx->turn->questions != NULL)) ||
        !calling->reads || !journal_knows(journal, &ctx->claims))
        return false;
    line.event = event_of(ctx, NULL, ms);
    return journal_put(journal, &ctx->claims, &line);
}

static void
roll_back(struct ctx *ctx)
{
    if (ctx->calling->state != CALLING_HELD)
        return;
    exec_rollback(ctx->conn);
    ctx->calling->state = CALLING_FRESH;
}

bool
calling_run(struct ctx *ctx, struct pipe *pipe)
{
    struct calling *calling = ctx->calling;

    if (calling->state == CALLING_FRESH && !has_key(calling)) {
        calling_end(ctx, pipe, NULL);
        if (!pipe_run(pipe, ctx->deadline, &ctx->err))
            return false;
        done(ctx);
        return true;
    }
    if (pipe_run(pipe, ctx->deadline, &ctx->err)) {
        if (calling->state == CALLING_FRESH)
            conn_hold(ctx->conn);
        calling->state = has_key(calling) ? CALLING_HELD : calling->state;
        return true;
    }
    if (calling->state == CALLING_FRESH && conn_in_transaction(ctx->conn)) {
        conn_hold(ctx->conn);
        calling->state = CALLING_HELD;
    }
    roll_back(ctx);
    return false;
}

bool
calling_can_trail(const struct ctx *ctx)
{
    return journal_of(ctx) != NULL && ctx->claims.kind != CLAIMS_TASK &&
           ctx->calling->state == CALLING_FRESH && !has_key(ctx->calling) &&
           (ctx->turn == NULL || ctx->turn->state.at == NULL);
}

bool
calling_read(struct ctx *ctx, struct pipe *pipe)
{
    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    journal_learn(journal_of(ctx), &ctx->claims);
    ctx->calling->reads = true;
    return true;
}

static void
keep(struct ctx *ctx, struct pipe *pipe, const char *result)
{
    struct call *call = pipe_add(pipe, STMT_once_keep);

    call_str(call, ctx->calling->key);
    call_text(call, result);
    call_text(call, ctx->turn == NULL ? NULL : ctx->turn->content);
}

static bool
is_kept(const struct ctx *ctx)
{
    return has_key(ctx->calling) &&
           (ctx->turn == NULL || (ctx->turn->questions == NULL && !ctx->turn->failed));
}

/* Takes the key, keeps the result and ends, whichever of these are not done. */
static bool
finish(struct ctx *ctx, const char *result)
{
    struct calling *calling = ctx->calling;
    bool held = calling->state == CALLING_HELD;
    struct pipe *pipe = pipe_new(ctx->conn, ctx->arena, held ? NULL : &ctx->claims);

    if (is_kept(ctx) && !held)
        bind_once(ctx, pipe_add(pipe, STMT_once_take));
    if (!held)
        calling_enter(ctx, pipe);
    if (is_kept(ctx))
        keep(ctx, pipe, result);
    calling_end(ctx, pipe, NULL);
    if (held)
        pipe_commit(pipe);
    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return roll_back(ctx), false;
    if (held)
        conn_release(ctx->conn);
    done(ctx);
    return true;
}

bool
calling_finish(struct ctx *ctx, const char *result)
{
    if (!is_kept(ctx))
        roll_back(ctx);
    if (ctx->calling->state != CALLING_DONE && !write_behind(ctx) && !finish(ctx, result))
        return false;
    count(ctx->calling, NULL);
    return true;
}

/* Worth telling: what a Postgres that is there knows the caller of.  When it is the time that
   is over, or the client that has left, a little more time is taken. */
static bool
is_told(struct ctx *ctx)
{
    switch (ctx->err.kind) {
    case ERR_INPUT:
    case ERR_MISSING:
    case ERR_CONFLICT:
    case ERR_TOO_LARGE:
    case ERR_SHAPE:
    case ERR_UNAVAILABLE:
    case ERR_INTERNAL:
    case ERR_DENIED:
    case ERR_LIMITED: return true;
    case ERR_GONE:
    case ERR_BUSY:
    case ERR_TIMEOUT: return conn_is_open(ctx->conn);
    case ERR_NONE:
    case ERR_AUTH:
    case ERR_METHOD:
    case ERR_MEDIA:
    case ERR_ENDED:
    case ERR_UNKNOWN_OUTCOME:
    case ERR_KINDS: break;
    }
    return false;
}

static int64_t
time_to_tell(struct ctx *ctx)
{
    if (ctx->err.kind != ERR_GONE && ctx->err.kind != ERR_TIMEOUT)
        return ctx->deadline;
    conn_watch(ctx->conn, -1);
    return clock_us() + LATE_US;
}

/* What is kept under the key, if this call came second. */
static bool
repeat(struct ctx *ctx, const struct call *call, const char **result_out)
{
    struct str content;

    if (call == NULL || call_rows(call) == 0)
        return false;
    ctx->err = (struct err){.kind = ERR_NONE};
    if (!call_cell_bool(call, 0, 0)) {
        ctx->calling->clash = true;
        return err_set(&ctx->err, ERR_CONFLICT,
                       "this idempotency key was used for another call: another tool, or other "
                       "arguments");
    }
    content = call_cell(call, 0, 2);
    *result_out = call_cell(call, 0, 1).at;
    if (ctx->turn != NULL && content.at != NULL)
        ctx->turn->content = content.at;
    metric_add(METRIC_tools_ended_total__repeated, 1);
    return true;
}

/* Whether this arrives changes nothing about the answer, which is the first failure; only when
   Postgres does not know the caller he gets to hear that instead. */
static bool
tell(struct ctx *ctx, const char **result_out)
{
    struct claims claims = ctx->claims;
    struct err err = {.kind = ERR_NONE};
    struct call *kept = NULL;
    struct pipe *pipe;

    if (ctx->err.kind == ERR_DENIED)
        claims.scope = NULL; /* who it is, not what he may, is asked for the audit */
    pipe = pipe_new(ctx->conn, ctx->arena, &claims);
    if (has_key(ctx->calling) && ctx->err.kind == ERR_CONFLICT)
        bind_once(ctx, kept = pipe_add(pipe, STMT_once_repeat));
    else
        calling_enter(ctx, pipe);
    calling_end(ctx, pipe, &ctx->err);
    if (pipe_run(pipe, time_to_tell(ctx), &err))
        return repeat(ctx, kept, result_out);
    if (err.kind == ERR_AUTH || err.kind == ERR_DENIED || err.kind == ERR_ENDED)
        ctx->err = err;
    return false;
}

bool
calling_fail(struct ctx *ctx, const char **result_out)
{
    roll_back(ctx);
    if (!ctx->told && is_told(ctx) && tell(ctx, result_out))
        return true;
    count(ctx->calling, &ctx->err);
    return false;
}
