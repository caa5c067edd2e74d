/*
 * srag_governance: whether a document is described and classified.
 */
#include "tool/srag.h"

#include "tool/invoke.h"
#include "tool/knowledge.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_fact_governance);

    call_str(call, knowledge_namespace(ctx, args));
    given_call_str(call, args, "docId", NULL);
    if (!invoke_commit(ctx, &srag_governance, pipe))
        return false;
    emit_raw(out, NULL, call_cell(call, 0, 0).at);
    return true;
}

const struct tool srag_governance = {
    .name = "srag.governance-check",
    .aliases = {"facts.governance_check"},
    .title = "Is a document described and classified?",
    .says = "Says whether a text of the archive has metadata, and among it a classification.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"required\":[\"docId\"],\"additionalProperties\":false,"
              "\"properties\":{\"docId\":{\"type\":\"string\",\"minLength\":1,"
              "\"maxLength\":1024}," KNOWLEDGE_NAMESPACE_SCHEMA "}}",
    .result =
        RESULT("\"compliant\",\"docId\"",
               "\"compliant\":" RESULT_FLAG ",\"docId\":" RESULT_TEXT ",\"reason\":" RESULT_TEXT
               ",\"hasMetadata\":" RESULT_FLAG ",\"hasClassification\":" RESULT_FLAG),
    .toolsets = "facts",
    .run = run,
};
