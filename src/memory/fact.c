/*
 * fact: structured facts, found by typed conditions and added up; their texts are records.
 */
#include "memory/fact.h"

#include "base/uuid.h"
#include "store/collection.h"

/* The text of a fact as a record of its id, so that every search finds it. */
static bool
text_put(struct ctx *ctx, struct pipe *pipe, struct str id, struct str type, struct str text)
{
    const struct embed *embed = ctx->service->embed;
    struct collection_wish wish;
    struct records records;
    struct record *record;
    struct buf metadata;
    struct emit emit;

    record_start(&records, ctx->arena);
    record = record_add(&records);
    record->id = id;
    record->text = text;
    buf_start(&metadata, ctx->arena, 128);
    emit_start(&emit, &metadata);
    emit_object(&emit, NULL);
    emit_str(&emit, "fact_type", type);
    emit_object_end(&emit);
    record->metadata = (struct str){metadata.data, metadata.len};
    if (!record_embed(&records, ctx))
        return false;
    collection_wish_start(&wish, STR(COLLECTION_DATABASE));
    wish.name = STR(FACT_COLLECTION);
    wish.embedder = str_of(embed == NULL ? NULL : embed_model(embed));
    wish.if_missing = true;
    collection_create(pipe, &wish);
    record_put(pipe, wish.database, wish.name, &records);
    return true;
}

bool
fact_add_call(struct ctx *ctx, struct pipe *pipe, struct json_object *args, struct str *id_out)
{
    struct str text = js_str(js_find(args, "text"));
    struct call *call = pipe_add(pipe, STMT_fact_add);
    char id[UUID_TEXT];

    uuid_new(id);
    *id_out = str_of(arena_strdup(ctx->arena, id));
    call_str(call, *id_out);
    given_call_str(call, args, "type", "factType");
    given_call_json(call, ctx->arena, args, "payload", "jsonPayload");
    given_call_str(call, args, "occurred_at", "occurredAt");
    given_call_str(call, args, "document", "docId");
    return text.at == NULL ||
           text_put(ctx, pipe, *id_out, given_str(args, "type", "factType"), text);
}

bool
fact_is_grouped(struct json_object *args)
{
    return js_find(args, "aggregates") != NULL ||
           given_value(args, "group_by", "groupBy") != NULL;
}

bool
fact_query_check(struct ctx *ctx, struct json_object *args)
{
    struct json_object *aggregates = js_find(args, "aggregates");

    for (size_t i = 0; i < js_count(aggregates); i++) {
        struct json_object *item = js_item(aggregates, i);

        if (js_find(item, "path") == NULL && !str_is(js_str(js_find(item, "fn")), "count"))
            return err_set(&ctx->err, ERR_INPUT, "aggregates[%zu].path is required", i);
    }
    return true;
}

struct call *
fact_query_call(struct ctx *ctx, struct pipe *pipe, struct json_object *args, bool legacy)
{
    struct json_object *where = js_find(args, "where"), *sums = js_find(args, "aggregates");
    bool grouped = fact_is_grouped(args);
    struct call *call = pipe_add(pipe, grouped ? STMT_fact_aggregate : STMT_fact_list);
    long limit = js_long(js_find(args, "limit"), 50);

    given_call_str(call, args, "type", "factType");
    call_text(call, where == NULL ? "[]" : js_text(ctx->arena, where));
    if (grouped) {
        call_text(call, sums == NULL ? "[]" : js_text(ctx->arena, sums));
        given_call_texts(pipe, call, given_value(args, "group_by", "groupBy"));
        call_long(call, limit);
        return call;
    }
    call_long(call, limit);
    call_long(call, js_long(js_find(args, "offset"), 0));
    call_bool(call, legacy);
    return call;
}
