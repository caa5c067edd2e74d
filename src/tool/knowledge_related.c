/*
 * knowledge_related: texts of the archive that are close to one of its texts, or to a given
 * one.
 *
 * A text of the archive is compared by its own stored embedding, and is not among the answers.
 */
#include "tool/knowledge.h"

#include "base/js.h"
#include "embed/service.h"
#include "search/search.h"
#include "store/collection.h"
#include "tool/invoke.h"
#include "tool/knowledge_hit.h"

#define WORDS_MOST 2000 /* bytes of a text without embedding that are searched by words */

enum { ID, TEXT, METADATA, URI, EMBEDDING }; /* columns of record_get() */

static bool
read_embedding(struct ctx *ctx, struct str text, struct search *search)
{
    struct scan scan;

    scan_start(&scan, text.at, text.len, ctx->arena, &ctx->err);
    search->mode = SEARCH_VECTOR;
    return scan_floats(&scan, &search->vector, &search->dims) && scan_end(&scan);
}

/* The beginning of a text, not cut within a character. */
static struct str
beginning(struct str text)
{
    if (text.len > WORDS_MOST)
        for (text.len = WORDS_MOST; ((unsigned char)text.at[text.len] & 0xC0) == 0x80;)
            text.len--;
    return text;
}

/* Search as the record with this id would. */
static bool
like_record(struct ctx *ctx, struct str *id, struct search *search)
{
    struct record_choice choice = {
        .database = search->database, .collection = search->collection, .ids = id, .count = 1};
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = record_get(pipe, &choice, 1, 0, true);

    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    if (call_rows(call) == 0)
        return err_set(&ctx->err, ERR_INPUT, "id %.*s is not in this namespace",
                       (int)(id->len < 100 ? id->len : 100), id->at);
    if (!call_is_null(call, 0, EMBEDDING))
        return read_embedding(ctx, call_cell(call, 0, EMBEDDING), search);
    search->mode = SEARCH_LEXICAL;
    search->query = beginning(call_cell(call, 0, TEXT));
    return search->query.at != NULL ||
           err_set(&ctx->err, ERR_INPUT, "the record has neither text nor embedding");
}

static bool
wanted(struct ctx *ctx, struct json_object *args, struct str *id, struct search *search)
{
    struct str content = js_str(js_find(args, "content"));

    search_start(search, ctx->arena);
    search->database = STR(COLLECTION_DATABASE);
    search->collection = knowledge_namespace(ctx, args);
    if (content.at == NULL && id->at == NULL)
        return err_set(&ctx->err, ERR_INPUT, "give the id of a text, or content");
    search->limit = js_long(js_find(args, "limit"), 5) + (id->at != NULL);
    if (content.at == NULL)
        return like_record(ctx, id, search);
    search->query = content;
    if (ctx->service->embed != NULL)
        search->mode = SEARCH_VECTOR; /* its scores mean the same for every query */
    return search_embed(search, ctx->service, ctx->arena, &ctx->err);
}

/* Only similarities are comparable from one search to the next. */
static const char *
relation(const struct search *search, const struct call *call, double score)
{
    if (search->mode != SEARCH_VECTOR || search_degraded(search, call))
        return NULL;
    return score > 0.8 ? "highly_related" : score > 0.6 ? "related" : "somewhat_related";
}

static void
emit_related(const struct search *search, const struct call *call, struct str own_id,
             struct emit *out)
{
    size_t hits = call == NULL ? 0 : search_hits(search, call);
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
    struct call *call = NULL;
    struct search search;
    struct pipe *pipe;
    bool found = wanted(ctx, args, &id, &search);

    if (found) {
        pipe = invoke_pipe(ctx);
        call = search_call(pipe, &search);
        found = invoke_commit(ctx, &knowledge_related, pipe);
    }
    if (!found) {
        call = NULL;
        if (!knowledge_is_empty(ctx, &knowledge_related))
            return false;
    }
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_str(out, "searchedFor", id.at != NULL ? id : search.query);
    emit_related(&search, call, id, out);
    if (call != NULL) {
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
    .run = run,
};
