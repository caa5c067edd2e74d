/*
 * knowledge_search: find texts of the archive by what they mean and by their words.
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
wanted(struct ctx *ctx, struct json_object *args, struct search *search)
{
    struct json_object *words = js_find(args, "keywordWeight");
    struct json_object *least = js_find(args, "minScore");

    search_start(search, ctx->arena);
    search->database = STR(COLLECTION_DATABASE);
    search->collection = knowledge_namespace(ctx, args);
    search->absent_is_empty = true;
    search->query = js_str(js_find(args, "query"));
    search->limit = js_long(js_find(args, "topK"), js_long(js_find(args, "limit"), 10));
    search->has_least = least != NULL;
    search->least = js_double(least, 0);
    if (words != NULL)
        search->weight = 1 - js_double(words, 0);
    return knowledge_where(ctx, args, &search->where) && search_ready(search, ctx);
}

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct search search;
    struct pipe *pipe;
    struct call *call;

    if (!wanted(ctx, args, &search))
        return false;
    pipe = invoke_pipe(ctx);
    call = search_call(pipe, &search);
    if (!invoke_commit(ctx, &knowledge_search, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_array(out, "results");
    for (size_t i = 0; i < search_hits(&search, call); i++)
        knowledge_hit_emit(&search, call, i, NULL, out);
    emit_array_end(out);
    emit_long(out, "count", (long)search_hits(&search, call));
    if (call_rows(call) > 0) { /* else there is no such namespace */
        ctx->degraded = search_degraded(&search, call);
        search_emit_how(&search, call, out);
    }
    emit_object_end(out);
    return true;
}

const struct tool knowledge_search = {
    .name = "vidensarkiv.search",
    .aliases = {"knowledge.search"},
    .title = "Search the knowledge archive",
    .says = "Finds texts of the archive that answer or concern a query, best first, by meaning "
            "and by words together. Use it before answering from memory.",
    .scope = "read",
    .read_only = true,
    .schema =
        "{\"type\":\"object\",\"required\":[\"query\"],\"additionalProperties\":false,"
        "\"properties\":{"
        "\"query\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":10000,"
        "\"description\":\"What is asked, in plain language.\"},"
        "\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":100,\"default\":10},"
        "\"topK\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":100,"
        "\"description\":\"Another name for limit.\"}," KNOWLEDGE_NAMESPACE_SCHEMA ","
        "\"where\":{\"type\":\"object\",\"description\":\"Only texts whose metadata fit: "
        "{field: value} or {field: "
        "{$eq|$ne|$gt|$gte|$lt|$lte|$in|$nin|$contains|$not_contains: "
        "value}}, {$and: [..]}, {$or: [..]}.\"},"
        "\"filters\":{\"type\":\"array\",\"maxItems\":100,\"items\":{\"type\":\"object\","
        "\"required\":[\"field\",\"operator\"],\"properties\":{"
        "\"field\":{\"type\":\"string\",\"minLength\":1},"
        "\"operator\":{\"type\":\"string\",\"enum\":[\"eq\",\"ne\",\"gt\",\"gte\",\"lt\","
        "\"lte\","
        "\"in\",\"nin\",\"contains\"]},\"value\":{}}},"
        "\"description\":\"Conditions that all hold, another way to write where.\"},"
        "\"minScore\":{\"type\":\"number\",\"description\":\"Leave out what scores less.\"},"
        "\"keywordWeight\":{\"type\":\"number\",\"minimum\":0,\"maximum\":1,"
        "\"description\":\"Share of words in the score; the rest is meaning.\"}}}",
    .result = RESULT_DONE("\"results\",\"count\"",
                          "\"results\":" RESULT_LIST(
                              KNOWLEDGE_HIT_RESULT) ",\"count\":" RESULT_COUNT "," RESULT_HOW),
    .toolsets = "knowledge search",
    .run = run,
};
