/*
 * documents_fetch: documents of a collection by their ids.
 */
#include "tool/documents.h"

#include "base/js.h"
#include "store/collection.h"
#include "tool/invoke.h"

static void
choose(struct ctx *ctx, struct json_object *args, struct record_choice *choice)
{
    struct json_object *list = js_find(args, "ids");
    size_t count = js_count(list);
    struct str *ids = arena_take(ctx->arena, (count + 1) * sizeof *ids);

    for (size_t i = 0; i < count; i++)
        ids[i] = js_str(js_item(list, i));
    if (list == NULL)
        ids[count++] = js_str(js_find(args, "id"));
    *choice = (struct record_choice){.database = STR(COLLECTION_DATABASE),
                                     .collection = documents_collection(args),
                                     .ids = ids,
                                     .count = count};
}

static bool
is_there(const struct call *call, struct str id)
{
    for (size_t row = 0; row < call_rows(call); row++)
        if (str_same(call_cell(call, row, 0), id))
            return true;
    return false;
}

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct record_choice choice;
    struct call *call;

    choose(ctx, args, &choice);
    call = record_get(pipe, &choice, (long)choice.count, 0, false);
    if (!invoke_commit(ctx, &documents_fetch, pipe))
        return false;
    emit_object(out, NULL);
    emit_array(out, "documents");
    for (size_t row = 0; row < call_rows(call); row++)
        record_emit(call, row, out, NULL);
    emit_array_end(out);
    emit_array(out, "missing");
    for (size_t i = 0; i < choice.count; i++)
        if (!is_there(call, choice.ids[i]))
            emit_str(out, NULL, choice.ids[i]);
    emit_array_end(out);
    emit_object_end(out);
    return true;
}

const struct tool documents_fetch = {
    .name = "documents.fetch",
    .aliases = {"fetch"},
    .title = "Fetch documents",
    .says = "Gives documents of a collection whole, by the ids that a search told (id or ids), "
            "and which of "
            "them are not there.",
    .scope = "read",
    .read_only = true,
    .schema =
        "{\"type\":\"object\",\"required\":[\"collection\"],\"oneOf\":[{\"required\":[\"id\"]},"
        "{\"required\":[\"ids\"]}],"
        "\"additionalProperties\":false,\"properties\":{" DOCUMENTS_COLLECTION
        ",\"id\":" DOCUMENTS_ID ","
        "\"ids\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":100,\"items\":" DOCUMENTS_ID
        "}}}",
    .result = RESULT("\"documents\",\"missing\"",
                     "\"documents\":" RESULT_LIST(
                         RESULT("\"id\",\"text\",\"metadata\"",
                                "\"id\":" RESULT_TEXT ",\"text\":" RESULT_TEXT_NULL
                                ",\"metadata\":" RESULT_ANY ",\"uri\":" RESULT_TEXT_NULL
                                ",\"created_at\":" RESULT_TEXT
                                ",\"updated_at\":" RESULT_TEXT)) ",\"missing\":" RESULT_TEXTS),
    .toolsets = "documents search",
    .run = run,
};
