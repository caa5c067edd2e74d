/*
 * direct: what the older system answered at addresses of their own: /api/memory and /api/srag.
 */
#include "legacy/direct.h"

#include "base/js.h"
#include "legacy/question.h"
#include "legacy/tools.h"

/* The body as arguments of a tool, and its result as a tree and as text. */
struct visit {
    struct json_object *given, *told;
    const char *result;
};

static bool
body_read(struct ctx *ctx, struct visit *visit)
{
    struct str body = ctx->request->body;

    if (body.len == 0)
        return err_set(&ctx->err, ERR_INPUT, "the request has no body: send a JSON object");
    if (!js_parse(ctx->arena, body, &visit->given, &ctx->err))
        return false;
    if (js_type(visit->given) != JS_OBJECT)
        return err_set(&ctx->err, ERR_INPUT, "the body must be an object");
    return true;
}

static bool
call(struct ctx *ctx, const char *tool, struct json_object *args, struct visit *visit)
{
    return legacy_tools_call(ctx, str_of(tool), args, &visit->result) &&
           js_parse(ctx->arena, str_of(visit->result), &visit->told, &ctx->err);
}

/* The result of a tool as it is. */
static bool
answer(struct ctx *ctx, const char *tool)
{
    struct visit visit = {.result = NULL};

    if (!body_read(ctx, &visit) || !call(ctx, tool, visit.given, &visit))
        return legacy_tools_refuse(ctx, (struct str){NULL, 0});
    emit_raw(reply_json(&ctx->reply, 200), NULL, visit.result);
    return true;
}

bool
legacy_direct_memory_ingest(struct ctx *ctx)
{
    return answer(ctx, "cma.memory.store");
}

bool
legacy_direct_memory_search(struct ctx *ctx)
{
    return answer(ctx, "cma.memory.retrieve");
}

/* What kind of question it is, for older clients to read; it decides nothing. */
static void
emit_classified(struct ctx *ctx, const struct visit *visit, struct emit *json)
{
    struct json_object *metadata = js_find(visit->told, "metadata");
    struct str text = js_str(js_find(visit->given, "naturalLanguageQuery"));
    struct question question;

    if (text.at == NULL)
        text = js_str(js_find(visit->given, "query"));
    question = text.at == NULL ? question_of_conditions() : question_read(ctx->arena, text);
    emit_object(json, "metadata");
    for (struct js_place at = {0}; js_next(metadata, &at);)
        emit_raw(json, at.name, js_text(ctx->arena, at.value));
    question_emit(json, "classification", &question);
    emit_object_end(json);
}

bool
legacy_direct_srag_query(struct ctx *ctx)
{
    struct visit visit = {.result = NULL};
    struct emit *json;

    if (!body_read(ctx, &visit) || !call(ctx, "srag.query", visit.given, &visit))
        return legacy_tools_refuse(ctx, (struct str){NULL, 0});
    json = reply_json(&ctx->reply, 200);
    emit_object(json, NULL);
    for (struct js_place at = {0}; js_next(visit.told, &at);)
        if (!str_is(str_of(at.name), "metadata"))
            emit_raw(json, at.name, js_text(ctx->arena, at.value));
    emit_classified(ctx, &visit, json);
    emit_object_end(json);
    return true;
}

bool
legacy_direct_srag_fact(struct ctx *ctx)
{
    return answer(ctx, "srag.add-fact");
}

/* The members of a memory and, as older clients call its score, semanticScore. */
static void
emit_memory(struct ctx *ctx, struct json_object *memory, struct emit *json)
{
    emit_object(json, NULL);
    for (struct js_place at = {0}; js_next(memory, &at);)
        emit_raw(json, at.name, js_text(ctx->arena, at.value));
    emit_raw(json, "semanticScore", js_text(ctx->arena, js_find(memory, "score")));
    emit_object_end(json);
}

/* Nothing is cached, so that what was just remembered is found. */
bool
legacy_direct_memory_prompt(struct ctx *ctx)
{
    struct visit visit = {.result = NULL};
    struct json_object *memories;
    struct emit *json;

    if (!body_read(ctx, &visit) || !call(ctx, "cma.context", visit.given, &visit))
        return legacy_tools_refuse(ctx, (struct str){NULL, 0});
    memories = js_find(visit.told, "memories");
    json = reply_json(&ctx->reply, 200);
    emit_object(json, NULL);
    emit_bool(json, "success", true);
    emit_str(json, "prompt", js_str(js_find(visit.told, "context")));
    emit_array(json, "memories");
    for (size_t i = 0; i < js_count(memories); i++)
        emit_memory(ctx, js_item(memories, i), json);
    emit_array_end(json);
    emit_bool(json, "cached", false);
    emit_object_end(json);
    return true;
}

/* {sourceType, sourcePath, content} as a text of the archive, where it came from as metadata.
 */
static bool
document_of(struct ctx *ctx, struct json_object *given, struct json_object **args_out)
{
    struct buf text;
    struct emit emit;

    if (js_str(js_find(given, "sourceType")).at == NULL ||
        js_str(js_find(given, "sourcePath")).at == NULL)
        return err_set(&ctx->err, ERR_INPUT, "sourceType and sourcePath must be strings");
    buf_start(&text, ctx->arena, 256);
    emit_start(&emit, &text);
    emit_object(&emit, NULL);
    emit_object(&emit, "metadata");
    emit_str(&emit, "sourceType", js_str(js_find(given, "sourceType")));
    emit_str(&emit, "sourcePath", js_str(js_find(given, "sourcePath")));
    emit_object_end(&emit);
    for (struct js_place at = {0}; js_next(given, &at);)
        if (!str_is(str_of(at.name), "sourceType") && !str_is(str_of(at.name), "sourcePath"))
            emit_raw(&emit, at.name, js_text(ctx->arena, at.value));
    emit_object_end(&emit);
    return js_parse(ctx->arena, (struct str){text.data, text.len}, args_out, &ctx->err);
}

bool
legacy_direct_srag_document(struct ctx *ctx)
{
    struct visit visit = {.result = NULL};
    struct json_object *args = NULL;
    struct emit *json;

    if (!body_read(ctx, &visit) || !document_of(ctx, visit.given, &args) ||
        !call(ctx, "vidensarkiv.add", args, &visit))
        return legacy_tools_refuse(ctx, (struct str){NULL, 0});
    json = reply_json(&ctx->reply, 200);
    emit_object(json, NULL);
    emit_bool(json, "success", true);
    emit_str(json, "docId", js_str(js_find(visit.told, "id")));
    emit_object_end(json);
    return true;
}
