/*
 * tools: the legacy wire for calling tools: POST /api/mcp/route and GET /api/mcp/tools.
 */
#include "legacy/tools.h"

#include "base/js.h"
#include "base/uuid.h"
#include "remote/declaration.h"
#include "remote/remote.h"
#include "tool/invoke.h"
#include "tool/sqltool.h"
#include "tool/table.h"
#include "tool/turn.h"

#include <string.h>

struct message {
    struct str id, tool;
    struct json_object *payload;
};

/* What the arguments of a tool are called; NULL when there is no such tool. */
static struct json_object *
arguments_of(struct ctx *ctx, struct str name)
{
    struct err ignored = {.kind = ERR_NONE};
    const struct tool *tool = tool_table_find(name, NULL);
    struct json_object *schema;

    if (tool == NULL || !js_parse(ctx->arena, str_of(tool->schema), &schema, &ignored))
        return NULL;
    return js_find(schema, "properties");
}

/* The payload without what named the caller in the old system, unless the tool asks for it. */
static bool
payload_clean(struct ctx *ctx, struct str tool, struct json_object *payload,
              struct json_object **clean_out)
{
    static const char *const callers[] = {"orgId", "userId", "boardId"};
    struct json_object *taken = arguments_of(ctx, tool);
    struct buf text;
    struct emit emit;

    buf_start(&text, ctx->arena, 256);
    emit_start(&emit, &text);
    emit_object(&emit, NULL);
    for (struct js_place at = {0}; js_next(payload, &at);) {
        bool caller = false;

        for (size_t i = 0; i < sizeof callers / sizeof callers[0]; i++)
            caller = caller || strcmp(at.name, callers[i]) == 0;
        if (!caller || js_has(taken, at.name))
            emit_raw(&emit, at.name, js_text(ctx->arena, at.value));
    }
    emit_object_end(&emit);
    return js_parse(ctx->arena, (struct str){text.data, text.len}, clean_out, &ctx->err);
}

static bool
payload_read(struct ctx *ctx, struct str tool, struct json_object *payload,
             struct json_object **clean_out)
{
    if (js_type(payload) != JS_OBJECT && js_type(payload) != JS_NULL)
        return err_set(&ctx->err, ERR_INPUT, "payload must be an object");
    if (payload != NULL && !js_has(payload, "orgId") && !js_has(payload, "userId") &&
        !js_has(payload, "boardId")) {
        *clean_out = payload;
        return true;
    }
    return payload_clean(ctx, tool, payload, clean_out);
}

static bool
message_read(struct ctx *ctx, struct message *message)
{
    struct str body = ctx->request->body;
    struct json_object *tree;

    if (body.len == 0)
        return err_set(&ctx->err, ERR_INPUT, "the request has no body: send {tool, payload}");
    if (!js_parse(ctx->arena, body, &tree, &ctx->err))
        return false;
    if (js_type(tree) != JS_OBJECT)
        return err_set(&ctx->err, ERR_INPUT, "the message must be an object {tool, payload}");
    if (js_str(js_find(tree, "id")).at != NULL)
        message->id = js_str(js_find(tree, "id"));
    message->tool = js_str(js_find(tree, "tool"));
    if (message->tool.at == NULL)
        return err_set(&ctx->err, ERR_INPUT, "tool is required: the name of the tool to call");
    message->payload = js_find(tree, "payload");
    return true;
}

/* The error in the shape that legacy clients read, with the headers that its status wants. */
bool
legacy_tools_refuse(struct ctx *ctx, struct str message_id)
{
    struct emit *json;

    if (ctx->err.kind == ERR_INTERNAL)
        return false; /* the problem document keeps our own words for the log */
    reply_problem(&ctx->reply, &ctx->err, ctx->request->id);
    json = reply_json(&ctx->reply, reply_status_of(ctx->err.kind));
    ctx->reply.content_type = "application/json";
    emit_object(json, NULL);
    emit_bool(json, "success", false);
    if (message_id.at != NULL)
        emit_str(json, "messageId", message_id);
    emit_text(json, "error", ctx->err.text);
    emit_text(json, "kind", err_kind_name(ctx->err.kind));
    emit_object_end(json);
    return true;
}

/* The result of an HTTP tool: the object that it answered, or all of its content. */
static bool
call_remote(struct ctx *ctx, struct str tool, struct json_object *args, const char **result_out)
{
    struct json_object *tree = NULL, *object;
    struct task task;

    if (!remote_call(ctx, tool, args, &task))
        return false;
    if (task.result.at == NULL)
        return err_set(&ctx->err, ERR_BUSY, "the call of the tool failed");
    if (!js_parse(ctx->arena, task.result, &tree, &ctx->err))
        return false;
    if (js_bool(js_find(tree, "isError"), false))
        return err_set(&ctx->err, ERR_INPUT, "%.200s",
                       str_copy(ctx->arena,
                                js_str(js_find(js_item(js_find(tree, "content"), 0), "text"))));
    object = js_find(tree, "structuredContent");
    *result_out = js_text(ctx->arena, object != NULL ? object : js_find(tree, "content"));
    return true;
}

/* One of the program's own or of the database, or the tenant's HTTP tool of that name. */
static bool
call_tool(struct ctx *ctx, struct str tool, struct json_object *args, const char **result_out)
{
    struct err unknown = {.kind = ERR_NONE};

    if (invoke_tool(ctx, tool, args, result_out))
        return true;
    if (ctx->err.kind != ERR_MISSING || tool_table_find(tool, &unknown) != NULL)
        return false;
    ctx->err = (struct err){.kind = ERR_NONE};
    if (call_remote(ctx, tool, args, result_out))
        return true;
    if (ctx->err.kind == ERR_MISSING)
        ctx->err = unknown; /* which knows a name that is near */
    return false;
}

bool
legacy_tools_call(struct ctx *ctx, struct str tool, struct json_object *payload,
                  const char **result_out)
{
    struct json_object *clean = NULL;

    ctx->wire = "legacy";
    return payload_read(ctx, tool, payload, &clean) && call_tool(ctx, tool, clean, result_out);
}

bool
legacy_tools_route(struct ctx *ctx)
{
    struct message message = {0};
    const char *result;
    struct emit *json;
    char id[UUID_TEXT];

    uuid_new(id);
    message.id = str_of(id);
    if (!message_read(ctx, &message) ||
        !legacy_tools_call(ctx, message.tool, message.payload, &result))
        return legacy_tools_refuse(ctx, message.id);
    json = reply_json(&ctx->reply, 200);
    emit_object(json, NULL);
    emit_bool(json, "success", true);
    emit_str(json, "messageId", message.id);
    emit_raw(json, "result", result);
    emit_object_end(json);
    return true;
}

/* What is done with the name of each tool, aliases too. */
static long
each_name(struct emit *json, void (*tell)(const struct tool *, const char *, struct emit *))
{
    const struct tool *tool;
    long count = 0;

    for (size_t i = 0; (tool = tool_table_row(i)) != NULL; i++) {
        tell(tool, tool->name, json);
        count++;
        for (size_t j = 0; tool->aliases[j] != NULL; j++, count++)
            tell(tool, tool->aliases[j], json);
    }
    return count;
}

static void
tell_name(const struct tool *tool, const char *name, struct emit *json)
{
    (void)tool;
    emit_text(json, NULL, name);
}

/* The HTTP tools that the caller's tenant declared. */
static void
declared_emit(const struct call *declared, struct emit *json)
{
    for (size_t row = 0; row < call_rows(declared); row++) {
        struct declaration one = declaration_read(declared, row);

        declaration_emit_tool(json, &one);
    }
}

static long
declared_names_emit(const struct call *declared, struct emit *json)
{
    for (size_t row = 0; row < call_rows(declared); row++)
        emit_str(json, NULL, call_cell(declared, row, 0));
    return (long)call_rows(declared);
}

bool
legacy_tools_list(struct ctx *ctx)
{
    struct pipe *pipe = turn_pipe(ctx);
    struct call *declared = pipe_add(pipe, STMT_http_tool_list);
    struct call *more = sqltool_list_call(pipe);
    struct emit *json;
    long count;

    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    json = reply_json(&ctx->reply, 200);
    emit_object(json, NULL);
    emit_array(json, "tools");
    count = each_name(json, tell_name) + declared_names_emit(declared, json) +
            sqltool_names_emit(more, json);
    emit_array_end(json);
    emit_long(json, "count", count);
    emit_array(json, "definitions");
    each_name(json, tool_table_emit);
    declared_emit(declared, json);
    sqltool_list_emit(more, json);
    emit_array_end(json);
    emit_object_end(json);
    return true;
}
