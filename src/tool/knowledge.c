/*
 * knowledge: what the tools of the archive have in common.
 */
#include "tool/knowledge.h"

#include "base/js.h"
#include "base/metric.h"
#include "embed/service.h"
#include "store/collection.h"
#include "store/where.h"
#include "tool/invoke.h"
#include "tool/turn.h"

struct str
knowledge_namespace(struct ctx *ctx, struct json_object *args)
{
    struct str given = js_str(js_find(args, "namespace"));
    char *name;

    if (given.at == NULL)
        return STR(KNOWLEDGE_NAMESPACE);
    name = str_copy(ctx->arena, given);
    for (char *c = name; *c != '\0'; c++)
        if (*c == ':')
            *c = '.';
    return str_of(name);
}

/* {"field":F,"operator":"gte","value":V} as {F:{"$gte":V}} */
static void
emit_filter(struct ctx *ctx, struct json_object *filter, struct emit *emit)
{
    struct json_object *value = js_find(filter, "value");
    const char *operation = str_copy(ctx->arena, js_str(js_find(filter, "operator")));

    emit_object(emit, NULL);
    emit_object(emit, str_copy(ctx->arena, js_str(js_find(filter, "field"))));
    emit_raw(emit, str_format(ctx->arena, "$%s", operation), js_text(ctx->arena, value));
    emit_object_end(emit);
    emit_object_end(emit);
}

bool
knowledge_where(struct ctx *ctx, struct json_object *args, const char **jsonpath_out)
{
    struct json_object *where = js_find(args, "where"), *filters = js_find(args, "filters");
    struct json_object *both;
    struct buf text;
    struct emit emit;

    if (js_count(filters) == 0)
        return where_compile(ctx->arena, where, jsonpath_out, &ctx->err);
    buf_start(&text, ctx->arena, 256);
    emit_start(&emit, &text);
    emit_object(&emit, NULL);
    emit_array(&emit, "$and");
    for (size_t i = 0; i < js_count(filters); i++)
        emit_filter(ctx, js_item(filters, i), &emit);
    if (js_count(where) > 0)
        emit_raw(&emit, NULL, js_text(ctx->arena, where));
    emit_array_end(&emit);
    emit_object_end(&emit);
    return js_parse(ctx->arena, (struct str){text.data, text.len}, &both, &ctx->err) &&
           where_compile(ctx->arena, both, jsonpath_out, &ctx->err);
}

/* The last step is told when all is stored. */
static void
embedded(struct ctx *ctx, size_t done, size_t total)
{
    if (done < total)
        turn_progress(ctx, (double)done, (double)total, "Texts were embedded");
}

bool
knowledge_put(struct ctx *ctx, const struct tool *tool, struct json_object *args,
              struct records *records, struct call **put_out)
{
    const struct embed *embed = ctx->service->embed;
    struct collection_wish wish;
    struct pipe *pipe;

    if (!record_embed_telling(records, ctx, embedded))
        return false;
    collection_wish_start(&wish, STR(COLLECTION_DATABASE));
    wish.name = knowledge_namespace(ctx, args);
    wish.embedder = str_of(embed == NULL ? NULL : embed_model(embed));
    wish.if_missing = true;
    pipe = invoke_pipe(ctx);
    collection_create(pipe, &wish);
    *put_out = record_put(pipe, wish.database, wish.name, records);
    if (!invoke_commit(ctx, tool, pipe))
        return false;
    metric_add(METRIC_records_written_total, (int64_t)records->count);
    if (records->count > 1)
        turn_progress(ctx, (double)records->count, (double)records->count, "Texts were stored");
    return true;
}

void
knowledge_emit_unembedded(struct ctx *ctx, const struct records *records, struct emit *out)
{
    const char *missing = ctx->service->embed_missing;
    long unembedded = 0;

    for (size_t i = 0; i < records->count; i++)
        unembedded += records->list[i].dims == 0;
    if (unembedded == 0)
        return;
    ctx->degraded = true;
    emit_bool(out, "degraded", true);
    emit_long(out, "unembedded", unembedded);
    emit_text(out, "reason",
              missing[0] != '\0'
                  ? missing
                  : "this server has no embedding model: texts are found by words");
}
