/*
 * note_update: change what is given of a note.
 */
#include "tool/note.h"

#include "tool/invoke.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call =
        note_update_call(pipe, ctx->arena, js_str(js_find(args, "id")), args, true);

    if (!invoke_commit(ctx, &note_update, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_raw(out, "note", call_cell(call, 0, 1).at);
    emit_object_end(out);
    return true;
}

const struct tool note_update = {
    .name = "notes.update",
    .title = "Change a note",
    .says = "Changes what is given of a note; all else stays as it is.",
    .scope = "write",
    .destructive = true,
    .schema = "{\"type\":\"object\",\"required\":[\"id\"],\"additionalProperties\":false,"
              "\"properties\":{" NOTE_ID_SCHEMA "," NOTE_FIELDS_SCHEMA "}}",
    .result = RESULT_DONE("\"note\"", "\"note\":" NOTE_RESULT),
    .toolsets = "notes",
    .idempotent = true,
    .run = run,
};
