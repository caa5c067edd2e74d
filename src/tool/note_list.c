/*
 * note_list: the notes that a user sees, the last changed first.
 */
#include "tool/note.h"

#include "tool/invoke.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = note_list_call(pipe, args, true);

    if (!invoke_commit(ctx, &note_list, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_raw(out, "notes", call_cell(call, 0, 0).at);
    emit_long(out, "count", call_cell_long(call, 0, 1));
    emit_object_end(out);
    return true;
}

const struct tool note_list = {
    .name = "notes.list",
    .title = "Notes",
    .says = "Lists notes, the last changed first; query looks for words in title and content, "
            "tags for notes that have all of them. count is how many there are.",
    .scope = "read",
    .read_only = true,
    .schema =
        "{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
        "\"query\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000}," NOTE_TAGS_SCHEMA
        ",\"limit\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":1000,\"default\":50},"
        "\"offset\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":1000000000,\"default\":0}"
        "," NOTE_USER_SCHEMA "}}",
    .result = RESULT_DONE("\"notes\",\"count\"",
                          "\"notes\":" RESULT_LIST(NOTE_RESULT) ",\"count\":" RESULT_COUNT),
    .toolsets = "notes",
    .run = run,
};
