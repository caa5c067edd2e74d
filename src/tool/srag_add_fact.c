/*
 * srag_add_fact: store a structured fact.
 */
#include "tool/srag.h"

#include "tool/invoke.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct str id;

    if (given_value(args, "payload", "jsonPayload") == NULL)
        return err_set(&ctx->err, ERR_INPUT, "payload is required");
    if (!fact_add_call(ctx, pipe, args, &id) || !invoke_commit(ctx, &srag_add_fact, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_str(out, "factId", id);
    emit_object_end(out);
    return true;
}

const struct tool srag_add_fact = {
    .name = "srag.add-fact",
    .aliases = {"facts.add"},
    .title = "Store a fact",
    .says = "Stores a structured fact: its type, a payload of values, when it occurred, and a "
            "text by which it can be found.",
    .scope = "write",
    .schema =
        "{\"type\":\"object\",\"required\":[\"factType\"],\"additionalProperties\":false,"
        "\"properties\":{\"factType\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":256},"
        "\"payload\":{\"type\":\"object\"},\"jsonPayload\":{\"type\":\"object\","
        "\"description\":\"Another name for payload.\"},\"occurredAt\":{\"type\":\"string\","
        "\"maxLength\":64},\"docId\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":256},"
        "\"text\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000000}}}",
    .result = RESULT_DONE("\"factId\"", "\"factId\":" RESULT_TEXT),
    .toolsets = "facts",
    .run = run,
};
