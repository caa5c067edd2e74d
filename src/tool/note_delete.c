/*
 * note_delete: take a note away.
 */
#include "tool/note.h"

#include "tool/invoke.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);

    note_delete_call(pipe, js_str(js_find(args, "id")), js_str(js_find(args, "userId")));
    if (!invoke_commit(ctx, &note_delete, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_object_end(out);
    return true;
}

const struct tool note_delete = {
    .name = "notes.delete",
    .title = "Delete a note",
    .says = "Deletes one note by its id, when it is the user's own or shared.",
    .scope = "write",
    .destructive = true,
    .schema = "{\"type\":\"object\",\"required\":[\"id\"],\"additionalProperties\":false,"
              "\"properties\":{" NOTE_ID_SCHEMA "," NOTE_USER_SCHEMA "}}",
    .result = RESULT_SUCCESS,
    .toolsets = "notes",
    .idempotent = true,
    .run = run,
};
