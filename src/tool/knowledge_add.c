/*
 * knowledge_add: put one text into the archive.
 */
#include "tool/knowledge.h"

#include "base/js.h"
#include "base/uuid.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct json_object *metadata = js_find(args, "metadata");
    struct records records;
    struct record *record;
    struct call *put;
    char id[UUID_TEXT];

    record_start(&records, ctx->arena);
    record = record_add(&records);
    uuid_new(id);
    record->id = js_str(js_find(args, "id"));
    if (record->id.at == NULL)
        record->id = str_of(arena_strdup(ctx->arena, id));
    record->text = js_str(js_find(args, "content"));
    if (metadata != NULL)
        record->metadata = str_of(js_text(ctx->arena, metadata));
    if (!knowledge_put(ctx, &knowledge_add, args, &records, &put))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_str(out, "id", record->id);
    emit_str(out, "namespace", knowledge_namespace(ctx, args));
    emit_text(out, "message",
              call_cell_long(put, 0, 0) == 1 ? "The text was added."
                                             : "The text was replaced.");
    knowledge_emit_unembedded(ctx, &records, out);
    emit_object_end(out);
    return true;
}

const struct tool knowledge_add = {
    .name = "vidensarkiv.add",
    .aliases = {"knowledge.add"},
    .title = "Add a text to the knowledge archive",
    .says =
        "Stores one text with its metadata, so that it can be found by meaning and by words. "
        "The same id again replaces the text.",
    .scope = "write",
    .destructive = true,
    .schema =
        "{\"type\":\"object\",\"required\":[\"content\"],\"additionalProperties\":false,"
        "\"properties\":{"
        "\"content\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000000},"
        "\"metadata\":{\"type\":\"object\",\"description\":\"What filters can ask for.\"},"
        "\"id\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":256,"
        "\"description\":\"Made up when it is not given.\"}," KNOWLEDGE_NAMESPACE_SCHEMA "}}",
    .result = RESULT_DONE("\"id\",\"namespace\",\"message\"",
                          "\"id\":" RESULT_TEXT ",\"namespace\":" RESULT_TEXT
                          ",\"message\":" RESULT_TEXT "," KNOWLEDGE_UNEMBEDDED_RESULT),
    .toolsets = "knowledge",
    .run = run,
};
