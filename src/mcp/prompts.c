/*
 * prompts: prompts/list and prompts/get over stored prompts and those of the shelf.
 *
 * A stored prompt goes by its agent's name, which means the active version, or agent@version.
 */
#include "base/js.h"
#include "mcp/cursor.h"
#include "mcp/method.h"
#include "mcp/push.h"
#include "mcp/session.h"
#include "mcp/talk.h"
#include "memory/prompt.h"
#include "tool/shelf.h"

#define PAGE        50
#define LIST_TTL_MS 10000 /* anybody may write meanwhile */

static void
emit_shelved(struct emit *json)
{
    const struct shelf_prompt *prompt;

    for (size_t i = 0; (prompt = shelf_prompt_row(i)) != NULL; i++) {
        emit_object(json, NULL);
        emit_text(json, "name", prompt->name);
        emit_text(json, "title", prompt->title);
        emit_text(json, "description", prompt->says);
        emit_raw(json, "arguments", prompt->arguments);
        emit_object_end(json);
    }
}

/* One row more than a page was asked for: it tells whether there is another. */
static void
emit_stored(struct ctx *ctx, const struct call *call, struct emit *json)
{
    size_t rows = call_rows(call), shown = rows < PAGE ? rows : PAGE;
    struct buf place;
    struct emit emit;

    for (size_t row = 0; row < shown; row++)
        emit_raw(json, NULL, call_cell(call, row, PROMPT_JSON).at);
    emit_array_end(json);
    if (rows <= PAGE)
        return;
    buf_start(&place, ctx->arena, 64);
    emit_start(&emit, &place);
    emit_array(&emit, NULL);
    emit_str(&emit, NULL, call_cell(call, shown - 1, PROMPT_NAME));
    emit_array_end(&emit);
    cursor_emit(json, ctx->arena, (struct str){place.data, place.len});
}

bool
mcp_prompts_list(struct ctx *ctx, const struct rpc *rpc)
{
    struct pipe *pipe = session_pipe(ctx, rpc);
    struct json_object *place;
    struct call *call;
    struct emit *json;

    if (!cursor_read(ctx, rpc, &place))
        return true;
    call = prompt_page_call(pipe, js_str(js_item(place, 0)), PAGE + 1);
    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    json = rpc_result(ctx, rpc);
    emit_array(json, "prompts");
    if (place == NULL)
        emit_shelved(json);
    emit_stored(ctx, call, json);
    emit_long(json, "ttlMs", LIST_TTL_MS);
    emit_text(json, "cacheScope", "private");
    rpc_result_end(json);
    return true;
}

/* All that must be the same when the client comes again with answers. */
static struct str
same_text(struct ctx *ctx, const struct shelf_prompt *prompt, struct json_object *args)
{
    return str_of(str_format(ctx->arena, "%s %s", prompt->name,
                             args == NULL ? "{}" : js_text(ctx->arena, args)));
}

/* A prompt of the program itself. */
static bool
get_shelved(struct ctx *ctx, const struct rpc *rpc, const struct shelf_prompt *prompt,
            struct json_object *args)
{
    struct buf messages;
    struct emit emit, *json;

    if (talk_begin(ctx, rpc, same_text(ctx, prompt, args)) == NULL)
        return true;
    buf_start(&messages, ctx->arena, 512);
    emit_start(&emit, &messages);
    emit_array(&emit, NULL);
    if (push_failed(ctx, rpc) || !prompt->get(ctx, args, &emit))
        return false;
    emit_array_end(&emit);
    if (ctx->turn->questions != NULL)
        return round_ask(ctx);
    if (!talk_settle(ctx))
        return false;
    json = rpc_result(ctx, rpc);
    emit_text(json, "description", prompt->says);
    emit_raw(json, "messages", messages.data);
    rpc_result_end(json);
    return true;
}

static bool
get_stored(struct ctx *ctx, const struct rpc *rpc, struct str name, struct json_object *args)
{
    struct pipe *pipe = session_pipe(ctx, rpc);
    struct call *call = prompt_fill_call(pipe, ctx->arena, name, args);
    struct emit *json;

    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    json = rpc_result(ctx, rpc);
    emit_str(json, "description", call_cell(call, 0, PROMPT_SAYS));
    emit_array(json, "messages");
    emit_object(json, NULL);
    emit_text(json, "role", "user");
    emit_object(json, "content");
    emit_text(json, "type", "text");
    emit_str(json, "text", call_cell(call, 0, PROMPT_BODY));
    emit_object(json, "_meta");
    emit_str(json, "kvasir/agent", call_cell(call, 0, PROMPT_AGENT));
    emit_long(json, "kvasir/version", call_cell_long(call, 0, PROMPT_VERSION));
    emit_object_end(json);
    emit_object_end(json);
    emit_object_end(json);
    emit_array_end(json);
    rpc_result_end(json);
    return true;
}

bool
mcp_prompts_get(struct ctx *ctx, const struct rpc *rpc)
{
    struct str name = js_str(js_find(rpc->params, "name"));
    struct json_object *args = js_find(rpc->params, "arguments");
    const struct shelf_prompt *shelved;

    if (name.at == NULL)
        return rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "name must be a prompt's name");
    if (args != NULL && js_type(args) != JS_OBJECT)
        return rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "arguments must be an object");
    shelved = shelf_prompt_find(name);
    return shelved != NULL ? get_shelved(ctx, rpc, shelved, args)
                           : get_stored(ctx, rpc, name, args);
}
