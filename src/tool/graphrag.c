/*
 * graphrag: a question answered by sentences of the archive, with the way that led to them.
 */
#include "tool/graphrag.h"

#include "base/js.h"
#include "search/answer.h"
#include "search/search_emit.h"
#include "store/collection.h"
#include "tool/invoke.h"
#include "tool/knowledge.h"
#include "tool/knowledge_hit.h"
#include "tool/result.h"

static bool
wanted(struct ctx *ctx, struct json_object *args, struct search *search)
{
    search_start(search, ctx->arena);
    search->database = STR(COLLECTION_DATABASE);
    search->collection = knowledge_namespace(ctx, args);
    search->mode = SEARCH_GRAPH;
    search->query = js_str(js_find(args, "query"));
    search->hops = js_long(js_find(args, "maxHops"), 1);
    return search_ready(search, ctx);
}

/* Who was reached through others, and by what. */
static void
emit_ways(const struct search *search, const struct call *call, struct emit *out)
{
    emit_array(out, "reasoning_path");
    for (size_t i = 0; i < search_hits(search, call); i++) {
        struct str graph = search_hit_graph(search, call, i);

        emit_object(out, NULL);
        emit_str(out, "id", search_hit_id(search, call, i));
        emit_raw(out, "graph", graph.at);
        emit_object_end(out);
    }
    emit_array_end(out);
}

static void
emit_sources(const struct answer *answer, const struct search *search, const struct call *call,
             struct emit *out)
{
    emit_array(out, "sources");
    for (size_t i = 0; i < answer->count; i++) {
        emit_object(out, NULL);
        emit_str(out, "id", search_hit_id(search, call, answer->parts[i].hit));
        emit_str(out, "content", answer->parts[i].text);
        emit_long(out, "start", answer->parts[i].start);
        emit_long(out, "end", answer->parts[i].stop);
        emit_double(out, "score", answer->parts[i].score);
        emit_object_end(out);
    }
    emit_array_end(out);
}

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct search search;
    struct answer answer;
    struct pipe *pipe;
    struct call *call;

    if (!wanted(ctx, args, &search))
        return false;
    pipe = invoke_pipe(ctx);
    call = search_call(pipe, &search);
    if (!invoke_commit(ctx, &graphrag, pipe))
        return false;
    ctx->degraded = search_degraded(&search, call);
    answer = answer_pick(ctx->arena, &search, call);
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_text(out, "answer", answer_text(ctx->arena, &answer));
    emit_double(out, "confidence", answer.coverage);
    emit_ways(&search, call, out);
    emit_array(out, "nodes");
    for (size_t i = 0; i < search_hits(&search, call); i++)
        knowledge_hit_emit(&search, call, i, NULL, out);
    emit_array_end(out);
    emit_sources(&answer, &search, call, out);
    search_emit_how(&search, call, out);
    emit_object_end(out);
    return true;
}

const struct tool graphrag = {
    .name = "autonomous.graphrag",
    .aliases = {"knowledge.answer"},
    .title = "Answer from the knowledge archive",
    .says = "Answers a question whose parts stand in several texts of the archive: sentences "
            "word for word, their sources, and over which names they were reached. The answer "
            "is null when no text has a word of the question.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"required\":[\"query\"],\"additionalProperties\":false,"
              "\"properties\":{"
              "\"query\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":10000,"
              "\"description\":\"A question in plain language.\"},"
              "\"maxHops\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":4,\"default\":1,"
              "\"description\":\"How many names may stand between two "
              "texts.\"}," KNOWLEDGE_NAMESPACE_SCHEMA "}}",
    .result = RESULT_DONE(
        "\"answer\",\"confidence\",\"reasoning_path\",\"nodes\",\"sources\"",
        "\"answer\":" RESULT_TEXT_NULL ",\"confidence\":" RESULT_NUMBER
        ",\"reasoning_path\":" RESULT_LIST(RESULT_ANY) ",\"nodes\":" RESULT_LIST(
            KNOWLEDGE_HIT_RESULT) ",\"sources\":" RESULT_LIST(RESULT("\"id\",\"content\","
                                                                     "\"start\",\"end\","
                                                                     "\"score\"",
                                                                     "\"id\":" RESULT_TEXT
                                                                     ",\"content\":" RESULT_TEXT
                                                                     ",\"start\":" RESULT_COUNT
                                                                     ",\"end\":" RESULT_COUNT
                                                                     ",\"score\""
                                                                     ":" RESULT_NUMBER)) "," RESULT_HOW),
    .toolsets = "knowledge search",
    .run = run,
};
