/*
 * knowledge_related: texts of the archive that are close to one of its texts, or to a given
 * one.
 *
 * A text of the archive is compared by its own stored embedding, and is not among the answers.
 */
#include "tool/knowledge.h"

#include "base/js.h"
#include "search/search.h"
#include "search/search_emit.h"
#include "store/collection.h"
#include "tool/invoke.h"
#include "tool/knowledge_hit.h"
#include "tool/result.h"

static bool
wanted(struct ctx *ctx, struct json_object *args, struct str id, struct search *search)
{
    struct str content = js_str(js_find(args, "content"));

    search_start(search, ctx->arena);
    search->database = STR(COLLECTION_DATABASE);
    search->collection = knowledge_namespace(ctx, args);
    search->absent_is_empty = true;
    search->limit = js_long(js_find(args, "limit"), 5) + (id.at != NULL);
    if (content.at == NULL) {
        search->like = id;
        return id.at != NULL
                   ? search_ready(search, ctx)
                   : err_set(&ctx->err, ERR_INPUT, "give the id of a text, or content");
    }
    search->query = content;
    if (ctx->service->embed != NULL)
        search->mode = SEARCH_VECTOR; /* its scores mean the same for every query */
    return search_ready(search, ctx);
}

static bool
fetch(struct ctx *ctx, const struct search *search, struct call **call_out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct str failure;

    *call_out =
        search->like.at != NULL ? search_like_call(pipe, search) : search_call(pipe, search);
    if (!invoke_commit(ctx, &knowledge_related, pipe))
        return false;
    failure = search_failure(*call_out);
    return failure.at == NULL || invoke_failed(ctx, failure);
}

/* Only similarities are comparable from one search to the next. */
static const char *
relation(const struct search *search, const struct call *call, double score)
{
    if (!search_by_vector(search, call))
        return NULL;
    return score > 0.8 ? "highly_related" : score > 0.6 ? "related" : "somewhat_related";
}

static void
emit_related(const struct search *search, const struct call *call, struct str own_id,
             struct emit *out)
{
    size_t hits = search_hits(search, call);
    long most = search->limit - (own_id.at != NULL);

    emit_array(out, "related");
    for (size_t i = 0; i < hits && most > 0; i++)
        if (!str_same(search_hit_id(search, call, i), own_id)) {
            double score = search_hit_score(search, call, i);

            knowledge_hit_emit(search, call, i, relation(search, call, score), out);
            most--;
        }
    emit_array_end(out);
}

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct str id = js_str(js_find(args, "id"));
    struct search search;
    struct call *call;

    if (!wanted(ctx, args, id, &search) || !fetch(ctx, &search, &call))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_str(out, "searchedFor", id.at != NULL ? id : search.query);
    emit_related(&search, call, id, out);
    if (call_rows(call) > 0) { /* else there is no such namespace */
        ctx->degraded = search_degraded(&search, call);
        search_emit_how(&search, call, out);
    }
    emit_object_end(out);
    return true;
}

const struct tool knowledge_related = {
    .name = "vidensarkiv.get_related",
    .aliases = {"knowledge.get_related"},
    .title = "Texts related to a text",
    .says =
        "Finds texts of the archive that are close in meaning to one of its texts (by id) or "
        "to a text that is given (content).",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
              "\"id\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1024,"
              "\"description\":\"A text of the archive.\"},"
              "\"content\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":10000,"
              "\"description\":\"A text to compare with, when no id is given or instead of the "
              "stored text.\"},"
              "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":100,\"default\":5}"
              "," KNOWLEDGE_NAMESPACE_SCHEMA "}}",
    .result = RESULT_DONE("\"searchedFor\",\"related\"",
                          "\"searchedFor\":" RESULT_TEXT
                          ",\"related\":" RESULT_LIST(KNOWLEDGE_HIT_RESULT) "," RESULT_HOW),
    .toolsets = "knowledge search",
    .run = run,
};
