/*
 * notes: /v1/notes, one function a verb.
 */
#include "rest/notes.h"

#include "memory/note.h"
#include "rest/args.h"
#include "rest/body.h"

#define TEXTS                                                                                  \
    "{\"type\":\"array\",\"maxItems\":100,\"items\":{\"type\":\"string\",\"minLength\":1,"     \
    "\"maxLength\":256}}"
#define USER "\"user\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":256}"
#define FIELDS                                                                                 \
    "\"title\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000},"                      \
    "\"content\":{\"type\":\"string\",\"maxLength\":1000000},\"tags\":" TEXTS                  \
    ",\"source\":{\"type\":\"string\",\"maxLength\":1000},\"owner\":{\"type\":\"string\","     \
    "\"maxLength\":256},\"compliance\":{\"type\":\"string\",\"enum\":[\"clean\",\"review\","   \
    "\"restricted\"]},\"retention\":{\"type\":\"string\",\"enum\":[\"30d\",\"90d\",\"1y\","    \
    "\"archive\"]},\"risk_score\":{\"type\":\"number\"},\"attachments\":{\"type\":\"array\","  \
    "\"maxItems\":100}," USER

static const char create_schema[] =
    "{\"type\":\"object\",\"required\":[\"title\",\"content\"],\"additionalProperties\":false,"
    "\"properties\":{" FIELDS "}}";
static const char update_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{" FIELDS "}}";
static const char search_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
    "\"query\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000},\"tags\":" TEXTS
    ",\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":1000},\"offset\":{\"type\":"
    "\"integer\",\"minimum\":0,\"maximum\":1000000000}," USER "}}";

/* Runs the pipe and answers with the note that its call gave. */
static bool
answer_note(struct ctx *ctx, struct pipe *pipe, const struct call *call, int status)
{
    if (!body_run(ctx, pipe))
        return false;
    emit_raw(reply_json(&ctx->reply, status), NULL, call_cell(call, 0, 1).at);
    return true;
}

bool
notes_create(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct json_object *args;

    return args_read(ctx, create_schema, &args) &&
           answer_note(ctx, pipe, note_create_call(pipe, ctx->arena, args, false), 201);
}

static bool
answer_list(struct ctx *ctx, struct json_object *args)
{
    struct pipe *pipe = body_pipe(ctx);
    struct call *call = note_list_call(pipe, args, false);
    struct emit *emit;

    if (!body_run(ctx, pipe))
        return false;
    emit = reply_json(&ctx->reply, 200);
    emit_object(emit, NULL);
    emit_raw(emit, "notes", call_cell(call, 0, 0).at);
    emit_long(emit, "total", call_cell_long(call, 0, 1));
    emit_object_end(emit);
    return true;
}

bool
notes_search(struct ctx *ctx)
{
    struct json_object *args;

    return args_read(ctx, search_schema, &args) && answer_list(ctx, args);
}

/* The query string as the same arguments. */
bool
notes_list(struct ctx *ctx)
{
    struct str user = request_query(ctx->request, ctx->arena, "user");
    long limit = 50, offset = 0;
    struct json_object *args;
    struct buf text;
    struct emit emit;

    if (!request_query_long(ctx->request, ctx->arena, "limit", 1, 1000, &limit, &ctx->err) ||
        !request_query_long(ctx->request, ctx->arena, "offset", 0, 1000000000, &offset,
                            &ctx->err))
        return false;
    buf_start(&text, ctx->arena, 128);
    emit_start(&emit, &text);
    emit_object(&emit, NULL);
    if (user.at != NULL)
        emit_str(&emit, "user", user);
    emit_long(&emit, "limit", limit);
    emit_long(&emit, "offset", offset);
    emit_object_end(&emit);
    return js_parse(ctx->arena, (struct str){text.data, text.len}, &args, &ctx->err) &&
           answer_list(ctx, args);
}

bool
notes_get(struct ctx *ctx)
{
    struct str user = request_query(ctx->request, ctx->arena, "user");
    struct pipe *pipe = body_pipe(ctx);

    return answer_note(ctx, pipe, note_get_call(pipe, ctx_param(ctx, "id"), user, false), 200);
}

bool
notes_update(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct json_object *args;

    return args_read(ctx, update_schema, &args) &&
           answer_note(ctx, pipe,
                       note_update_call(pipe, ctx->arena, ctx_param(ctx, "id"), args, false),
                       200);
}

bool
notes_delete(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);

    note_delete_call(pipe, ctx_param(ctx, "id"),
                     request_query(ctx->request, ctx->arena, "user"));
    if (!body_run(ctx, pipe))
        return false;
    ctx->reply.status = 204;
    return true;
}
