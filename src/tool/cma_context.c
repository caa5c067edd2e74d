/*
 * cma_context: the memories that matter to a question, and as one compact text for a prompt.
 *
 * No language model is asked: the text is made of the memories themselves.
 */
#include "tool/cma.h"
#include "tool/result.h"

#define TEXT_MOST 2000 /* bytes of one memory in the text */

static size_t
cut(struct str text)
{
    size_t len = text.len < TEXT_MOST ? text.len : TEXT_MOST;

    while (len < text.len && len > 0 && ((unsigned char)text.at[len] & 0xC0) == 0x80)
        len--;
    return len;
}

static const char *
context_text(struct ctx *ctx, const struct call *call)
{
    struct buf text;

    buf_start(&text, ctx->arena, 1024);
    for (size_t i = 0; i < memory_hits(call); i++) {
        struct str memory = memory_hit_text(call, i);

        if (memory.at == NULL)
            continue;
        buf_text(&text, "- ");
        buf_add(&text, memory.at, cut(memory));
        buf_text(&text, cut(memory) < memory.len ? " ...\n" : "\n");
    }
    return text.data;
}

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct search search;
    struct call *call;

    if (!cma_retrieve_fetch(ctx, &cma_context, args, 5, &search, &call))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_text(out, "context", context_text(ctx, call));
    emit_text(out, "response", context_text(ctx, call)); /* as older clients call it */
    emit_array(out, "memories");
    for (size_t i = 0; i < memory_hits(call); i++)
        memory_emit_hit(ctx, call, i, true, out);
    emit_array_end(out);
    memory_emit_how(ctx, &search, call, out);
    emit_object_end(out);
    return true;
}

const struct tool cma_context = {
    .name = "cma.context",
    .aliases = {"memory.context"},
    .title = "What is remembered about a question",
    .says = "Gives the memories that matter to a question, and the same as one short text that "
            "can be put before it. No language model is asked.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"required\":[\"userQuery\"],"
              "\"additionalProperties\":false,\"properties\":{"
              "\"userQuery\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":10000},"
              "\"widgetData\":{\"description\":\"Taken and not used.\"},"
              "\"model\":{\"description\":\"Taken and not used.\"}," CMA_SEARCH_SCHEMA
              "," CMA_USER_SCHEMA "}}",
    .result = RESULT_DONE("\"context\",\"memories\"",
                          "\"context\":" RESULT_TEXT_NULL
                          ",\"memories\":" RESULT_LIST(CMA_MEMORY_RESULT) "," RESULT_HOW),
    .toolsets = "memory",
    .run = run,
};
