/*
 * srag_query: ask facts and documents: in plain language by search, or exactly by conditions.
 *
 * A question in plain language is searched for, never guessed into a calculation: sums and
 * averages are those of arguments that say so.
 */
#include "tool/srag.h"

#include "search/search.h"
#include "search/search_emit.h"
#include "store/collection.h"
#include "tool/invoke.h"
#include "tool/knowledge.h"
#include "tool/result.h"

struct found {
    struct search search;
    struct call *call;
    size_t next; /* the first hit that is not written yet */
    const char *source;
};

static bool
is_analytical(struct json_object *args)
{
    return fact_is_grouped(args) || js_find(args, "where") != NULL ||
           js_find(args, "factType") != NULL;
}

/* What older clients read beside the result: the SQL is that of the arguments, and not shown.
 */
static void
emit_legacy(struct ctx *ctx, const char *ids, struct emit *out)
{
    emit_null(out, "sqlQuery");
    emit_object(out, "metadata");
    emit_text(out, "traceId", ctx->claims.request_id);
    emit_raw(out, "docIds", ids);
    emit_object_end(out);
}

static bool
analytical(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call;

    if (!fact_query_check(ctx, args))
        return false;
    call = fact_query_call(ctx, pipe, args, true);
    if (!invoke_commit(ctx, &srag_query, pipe))
        return false;
    emit_object(out, NULL);
    emit_text(out, "type", "analytical");
    emit_text(out, "response",
              str_format(ctx->arena, "%ld %s fit.", call_cell_long(call, 0, 1),
                         fact_is_grouped(args) ? "groups" : "facts"));
    emit_raw(out, "result", call_cell(call, 0, 0).at);
    emit_long(out, "total", call_cell_long(call, 0, 1));
    emit_legacy(ctx, "[]", out);
    emit_object_end(out);
    return true;
}

static bool
look(struct ctx *ctx, struct json_object *args, struct str collection, struct found *found)
{
    struct search *search = &found->search;

    search_start(search, ctx->arena);
    search->database = STR(COLLECTION_DATABASE);
    search->collection = collection;
    search->absent_is_empty = true;
    search->query = given_str(args, "query", "naturalLanguageQuery");
    search->limit = js_long(js_find(args, "limit"), 10);
    return search_ready(search, ctx);
}

static void
emit_hit(struct found *found, struct emit *ids, struct emit *out)
{
    size_t index = found->next++;

    emit_str(ids, NULL, search_hit_id(&found->search, found->call, index));
    emit_object(out, NULL);
    emit_str(out, "id", search_hit_id(&found->search, found->call, index));
    emit_str(out, "content", search_hit_text(&found->search, found->call, index));
    emit_raw(out, "metadata", search_hit_metadata(&found->search, found->call, index).at);
    emit_text(out, "source", found->source);
    emit_double(out, "score", search_hit_score(&found->search, found->call, index));
    emit_object_end(out);
}

static bool
is_left(const struct found *found)
{
    return found->next < search_hits(&found->search, found->call);
}

/* Both lists as one, the better hit first; their ids apart. */
static long
emit_merged(struct found *a, struct found *b, long limit, struct emit *ids, struct emit *out)
{
    long count = 0;

    for (; count < limit && (is_left(a) || is_left(b)); count++) {
        bool first =
            !is_left(b) || (is_left(a) && search_hit_score(&a->search, a->call, a->next) >=
                                              search_hit_score(&b->search, b->call, b->next));

        emit_hit(first ? a : b, ids, out);
    }
    return count;
}

static bool
semantic(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct found facts = {.source = "facts"}, documents = {.source = "documents"};
    struct pipe *pipe = invoke_pipe(ctx);
    struct buf text;
    struct emit ids;
    long count;

    if (!look(ctx, args, STR(FACT_COLLECTION), &facts) ||
        !look(ctx, args, knowledge_namespace(ctx, args), &documents))
        return false;
    facts.call = search_call(pipe, &facts.search);
    documents.call = search_call(pipe, &documents.search);
    if (!invoke_commit(ctx, &srag_query, pipe))
        return false;
    emit_object(out, NULL);
    emit_text(out, "type", "semantic");
    emit_array(out, "result");
    buf_start(&text, ctx->arena, 256);
    emit_start(&ids, &text);
    emit_array(&ids, NULL);
    count = emit_merged(&facts, &documents, facts.search.limit, &ids, out);
    emit_array_end(&ids);
    emit_array_end(out);
    emit_text(out, "response", str_format(ctx->arena, "%ld texts were found.", count));
    emit_legacy(ctx, text.data, out);
    if (call_rows(facts.call) + call_rows(documents.call) > 0) {
        struct found *told = call_rows(documents.call) > 0 ? &documents : &facts;

        ctx->degraded = search_degraded(&told->search, told->call);
        search_emit_how(&told->search, told->call, out);
    }
    emit_object_end(out);
    return true;
}

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    bool asks = given_str(args, "query", "naturalLanguageQuery").at != NULL;

    if (asks == is_analytical(args))
        return err_set(&ctx->err, ERR_INPUT,
                       "give either query, which is searched for, or factType, where, "
                       "aggregates and groupBy, which are calculated");
    return asks ? semantic(ctx, args, out) : analytical(ctx, args, out);
}

const struct tool srag_query = {
    .name = "srag.query",
    .aliases = {"facts.query"},
    .title = "Ask facts and documents",
    .says =
        "With query it finds texts of facts and documents by meaning and words. With "
        "factType, where, aggregates and groupBy it calculates over facts: count, sum, avg, "
        "min, max. Nothing is guessed from the words of a query.",
    .scope = "read",
    .read_only = true,
    .schema =
        "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
        "\"query\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":10000},"
        "\"naturalLanguageQuery\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":10000},"
        "\"model\":{\"description\":\"Taken and not used.\"},"
        "\"factType\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":256}," FACT_ASKS_SCHEMA
        ",\"groupBy\":" FACT_PATHS_SCHEMA "," KNOWLEDGE_NAMESPACE_SCHEMA "}}",
    .result = RESULT("\"type\",\"response\",\"result\"",
                     "\"type\":"
                     "{\"enum\":[\"semantic\",\"analytical\"]}"
                     ",\"response\":" RESULT_TEXT ",\"result\":" RESULT_LIST(
                         RESULT_ANY) ",\"total\":" RESULT_COUNT "," RESULT_HOW),
    .toolsets = "facts search",
    .run = run,
};
