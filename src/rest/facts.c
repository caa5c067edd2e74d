/*
 * facts: /v1/facts, one function a verb.
 */
#include "rest/facts.h"

#include "memory/fact.h"
#include "rest/args.h"
#include "rest/body.h"

#define TYPE "\"type\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":256}"

static const char add_schema[] =
    "{\"type\":\"object\",\"required\":[\"type\",\"payload\"],\"additionalProperties\":false,"
    "\"properties\":{" TYPE ",\"payload\":{\"type\":\"object\"},\"occurred_at\":{\"type\":"
    "\"string\",\"maxLength\":64},\"document\":{\"type\":\"string\",\"minLength\":1,"
    "\"maxLength\":256},\"text\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000000}}}";
static const char query_schema[] =
    "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{" TYPE
    "," FACT_ASKS_SCHEMA ",\"group_by\":" FACT_PATHS_SCHEMA "}}";

bool
facts_add(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct json_object *args;
    struct emit *emit;
    struct str id;

    if (!args_read(ctx, add_schema, &args) || !fact_add_call(ctx, pipe, args, &id) ||
        !body_run(ctx, pipe))
        return false;
    emit = reply_json(&ctx->reply, 201);
    emit_object(emit, NULL);
    emit_str(emit, "id", id);
    emit_object_end(emit);
    return true;
}

bool
facts_query(struct ctx *ctx)
{
    struct pipe *pipe = body_pipe(ctx);
    struct json_object *args;
    struct call *call;
    struct emit *emit;

    if (!args_read(ctx, query_schema, &args) || !fact_query_check(ctx, args))
        return false;
    call = fact_query_call(ctx, pipe, args, false);
    if (!body_run(ctx, pipe))
        return false;
    emit = reply_json(&ctx->reply, 200);
    emit_object(emit, NULL);
    emit_raw(emit, fact_is_grouped(args) ? "groups" : "facts", call_cell(call, 0, 0).at);
    emit_long(emit, "total", call_cell_long(call, 0, 1));
    emit_object_end(emit);
    return true;
}
