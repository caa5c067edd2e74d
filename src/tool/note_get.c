/*
 * note_get: one note.
 */
#include "tool/note.h"

#include "tool/invoke.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call =
        note_get_call(pipe, js_str(js_find(args, "id")), js_str(js_find(args, "userId")), true);

    if (!invoke_commit(ctx, &note_get, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_raw(out, "note", call_cell(call, 0, 1).at);
    emit_object_end(out);
    return true;
}

const struct tool note_get = {
    .name = "notes.get",
    .title = "One note",
    .says = "Gives one note by its id, when it is the user's own or shared.",
    .scope = "read",
    .read_only = true,
    .schema = "{\"type\":\"object\",\"required\":[\"id\"],\"additionalProperties\":false,"
              "\"properties\":{" NOTE_ID_SCHEMA "," NOTE_USER_SCHEMA "}}",
    .result = RESULT_DONE("\"note\"", "\"note\":" NOTE_RESULT),
    .toolsets = "notes",
    .run = run,
};
