/*
 * documents: what the tools for documents have in common.
 */
#include "tool/documents.h"

#include "base/js.h"
#include "base/uuid.h"
#include "search/search_emit.h"
#include "store/collection.h"
#include "tool/invoke.h"

void
documents_emit_unembedded(struct ctx *ctx, long unembedded, struct emit *out)
{
    if (unembedded == 0)
        return;
    ctx->degraded = true;
    emit_bool(out, "degraded", true);
    emit_long(out, "unembedded", unembedded);
    emit_text(out, "reason",
              "this server has no embedding model for these texts: they are found by words");
}

struct str
documents_collection(struct json_object *args)
{
    return js_str(js_find(args, "collection"));
}

struct str
documents_text(struct ctx *ctx, struct json_object *args)
{
    struct buf text;
    struct emit emit;

    buf_start(&text, ctx->arena, 256);
    emit_start(&emit, &text);
    emit_object(&emit, NULL);
    for (struct js_place p = {0}; js_next(args, &p);)
        if (p.value != NULL)
            emit_raw(&emit, p.name, js_text(ctx->arena, p.value));
    emit_object_end(&emit);
    return (struct str){text.data, text.len};
}

static void
gather(struct ctx *ctx, struct json_object *given, struct record *record)
{
    struct json_object *metadata = js_find(given, "metadata");
    char id[UUID_TEXT];

    uuid_new(id);
    record->id = js_str(js_find(given, "id"));
    if (record->id.at == NULL)
        record->id = str_of(arena_strdup(ctx->arena, id));
    record->text = js_str(js_find(given, "text"));
    record->uri = js_str(js_find(given, "uri"));
    if (metadata != NULL)
        record->metadata = str_of(js_text(ctx->arena, metadata));
}

bool
documents_read(struct ctx *ctx, struct json_object *args, struct records *records)
{
    struct json_object *list = js_find(args, "documents");

    record_start(records, ctx->arena);
    for (size_t i = 0; i < js_count(list); i++)
        gather(ctx, js_item(list, i), record_add(records));
    return record_embed(records, ctx);
}

bool
documents_find(struct ctx *ctx, const struct tool *tool, struct json_object *args,
               struct search *search, struct emit *out)
{
    struct str text = documents_text(ctx, args);
    struct pipe *pipe;
    struct call *call;
    struct scan scan;

    scan_start(&scan, text.at, text.len, ctx->arena, &ctx->err);
    if (!search_scan(&scan, search) || !search_ready(search, ctx))
        return false;
    pipe = invoke_pipe(ctx);
    call = search_call(pipe, search);
    if (!invoke_commit(ctx, tool, pipe))
        return false;
    ctx->degraded = search_degraded(search, call);
    emit_object(out, NULL);
    search_emit(search, call, out);
    emit_object_end(out);
    return true;
}
