/*
 * knowledge_batch_add: put many texts into the archive, all or none.
 */
#include "tool/knowledge.h"

#include "base/js.h"
#include "base/uuid.h"
#include "tool/result.h"

static void
gather(struct ctx *ctx, struct json_object *list, struct records *records)
{
    record_start(records, ctx->arena);
    for (size_t i = 0; i < js_count(list); i++) {
        struct json_object *item = js_item(list, i), *metadata = js_find(item, "metadata");
        struct record *record = record_add(records);
        char id[UUID_TEXT];

        uuid_new(id);
        record->id = js_str(js_find(item, "id"));
        if (record->id.at == NULL)
            record->id = str_of(arena_strdup(ctx->arena, id));
        record->text = js_str(js_find(item, "content"));
        if (metadata != NULL)
            record->metadata = str_of(js_text(ctx->arena, metadata));
    }
}

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct records records;
    struct call *put;

    gather(ctx, js_find(args, "records"), &records);
    if (!knowledge_put(ctx, &knowledge_batch_add, args, &records, &put))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_long(out, "count", (long)records.count);
    emit_str(out, "namespace", knowledge_namespace(ctx, args));
    emit_text(out, "message",
              str_format(ctx->arena, "%ld texts were added and %ld replaced.",
                         call_cell_long(put, 0, 0), call_cell_long(put, 0, 1)));
    emit_array(out, "ids");
    for (size_t i = 0; i < records.count; i++)
        emit_str(out, NULL, records.list[i].id);
    emit_array_end(out);
    knowledge_emit_unembedded(ctx, &records, out);
    emit_object_end(out);
    return true;
}

const struct tool knowledge_batch_add = {
    .name = "vidensarkiv.batch_add",
    .aliases = {"knowledge.batch_add"},
    .title = "Add many texts to the knowledge archive",
    .says =
        "Stores up to 1000 texts in one transaction: all of them or none. An id that is there "
        "already is replaced.",
    .scope = "write",
    .destructive = true,
    .schema = "{\"type\":\"object\",\"required\":[\"records\"],\"additionalProperties\":false,"
              "\"properties\":{"
              "\"records\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":1000,\"items\":{"
              "\"type\":\"object\",\"required\":[\"content\"],\"additionalProperties\":false,"
              "\"properties\":{"
              "\"id\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":256},"
              "\"content\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000000},"
              "\"metadata\":{\"type\":\"object\"}}}}," KNOWLEDGE_NAMESPACE_SCHEMA "}}",
    .result = RESULT_DONE("\"count\",\"namespace\",\"message\",\"ids\"",
                          "\"count\":" RESULT_COUNT ",\"namespace\":" RESULT_TEXT
                          ",\"message\":" RESULT_TEXT ",\"ids\":" RESULT_TEXTS
                          "," KNOWLEDGE_UNEMBEDDED_RESULT),
    .toolsets = "knowledge",
    .run = run,
};
