/*
 * sqltool: functions of the schema `tool_schema` as tools, called as the role `tool_role`.
 */
#include "tool/sqltool.h"

#include "base/conf.h"
#include "base/js.h"
#include "tool/calling.h"
#include "tool/invoke.h"
#include "tool/sqlplan.h"
#include "tool/turn.h"

enum { TOOL, NAME };   /* columns of sqltool_list */
enum { FAILED, SAID }; /* of sqltool_call */

bool
sqltool_is_on(void)
{
    return conf_text(CONF_tool_schema)[0] != '\0';
}

static void
call_place(struct call *call)
{
    call_text(call, conf_text(CONF_tool_schema));
    call_text(call, conf_text(CONF_tool_role));
}

struct call *
sqltool_list_call(struct pipe *pipe)
{
    struct call *call;

    if (!sqltool_is_on())
        return NULL;
    call = pipe_add(pipe, STMT_sqltool_list);
    call_place(call);
    call_long(call, conf_long(CONF_tool_rows));
    return call;
}

void
sqltool_list_emit(const struct call *call, struct emit *json)
{
    for (size_t row = 0; call != NULL && row < call_rows(call); row++)
        emit_raw(json, NULL, call_cell(call, row, TOOL).at);
}

long
sqltool_names_emit(const struct call *call, struct emit *json)
{
    size_t rows = call == NULL ? 0 : call_rows(call);

    for (size_t row = 0; row < rows; row++)
        emit_str(json, NULL, call_cell(call, row, NAME));
    return (long)rows;
}

/* The deadline moves with the timeout, so that both still tell when the request came. */
static void
timeout_lower(struct ctx *ctx)
{
    long most = conf_long(CONF_tool_timeout);

    if (ctx->claims.timeout_ms <= most)
        return;
    ctx->deadline -= (ctx->claims.timeout_ms - most) * 1000;
    ctx->claims.timeout_ms = most;
}

/* The words of Postgres are for the model, which can mend its call by them. */
static bool
ended_badly(struct ctx *ctx, struct str said, const char **result_out)
{
    struct buf blocks;
    struct emit emit;

    if (ctx->turn == NULL)
        return invoke_failed(ctx, said);
    buf_start(&blocks, ctx->arena, 256);
    emit_start(&emit, &blocks);
    emit_array(&emit, NULL);
    emit_object(&emit, NULL);
    emit_text(&emit, "type", "text");
    emit_str(&emit, "text", said);
    emit_object_end(&emit);
    emit_array_end(&emit);
    ctx->turn->content = blocks.data;
    ctx->turn->failed = true;
    *result_out = "{}";
    return true;
}

/* The call as this session keeps it: one that only reads, and whose end follows it.  Its scope
   is checked with the key. */
static bool
call_kept(struct ctx *ctx, const struct sqlplan *plan, const char *name, const char *args,
          const char **result_out)
{
    const char *scope = ctx->claims.scope;
    struct pipe *pipe;
    struct call *call;

    ctx->claims.scope = plan->scope;
    pipe = invoke_pipe(ctx);
    call = pipe_add(pipe, STMT_sqltool_enter);
    call_place(call);
    call_text(call, name);
    call_text(call, plan->function);
    call_text(call, plan->changed);
    call_text(call, plan->said[0] == '\0' ? NULL : plan->said);
    call = pipe_add_kept(pipe, plan->statement, 3);
    call_text(call, args);
    call_long(call, conf_long(CONF_tool_rows));
    call_long(call, conf_long(CONF_tool_bytes));
    if (calling_read(ctx, pipe)) {
        *result_out = call_cell(call, 0, 0).at;
        return true;
    }
    ctx->claims.scope = scope;
    return false;
}

/* The call by what the catalogue says now; has the next one of its kind kept. */
static bool
call_anew(struct ctx *ctx, const struct tool *tool, const unsigned char *key, const char *args,
          const char **result_out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_sqltool_call), *kept = NULL;

    call_place(call);
    call_text(call, tool->name);
    call_text(call, args);
    call_long(call, conf_long(CONF_tool_rows));
    call_long(call, conf_long(CONF_tool_bytes));
    if (calling_can_trail(ctx))
        kept = sqlplan_ask(pipe, ctx->conn, key, tool->name, args);
    if (!invoke_commit(ctx, tool, pipe))
        return false;
    if (kept != NULL)
        sqlplan_learn(ctx->conn, key, kept);
    if (call_cell_bool(call, 0, FAILED))
        return ended_badly(ctx, call_cell(call, 0, SAID), result_out);
    *result_out = call_cell(call, 0, SAID).at;
    return true;
}

bool
sqltool_call(struct ctx *ctx, const struct tool *tool, struct json_object *args,
             const char **result_out)
{
    const char *text = args == NULL ? "{}" : js_text(ctx->arena, args);
    unsigned char key[SQLPLAN_KEY];
    const struct sqlplan *plan;

    timeout_lower(ctx);
    sqlplan_key(ctx->arena, tool->name, args, key);
    plan = calling_can_trail(ctx) ? sqlplan_use(ctx->arena, ctx->conn, key) : NULL;
    if (plan != NULL && call_kept(ctx, plan, tool->name, text, result_out))
        return true;
    /* What only read may be tried again: old or not, its failure is told by the catalogue. */
    if (ctx->err.kind == ERR_GONE || ctx->err.kind == ERR_TIMEOUT)
        return false;
    ctx->err = (struct err){.kind = ERR_NONE};
    return call_anew(ctx, tool, key, text, result_out);
}
