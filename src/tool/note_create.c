/*
 * note_create: write a note down.
 */
#include "tool/note.h"

#include "tool/invoke.h"
#include "tool/result.h"

static bool
run(struct ctx *ctx, struct json_object *args, struct emit *out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call;

    if (given_str(args, "content", "body").at == NULL)
        return err_set(&ctx->err, ERR_INPUT, "content is required");
    call = note_create_call(pipe, ctx->arena, args, true);
    if (!invoke_commit(ctx, &note_create, pipe))
        return false;
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_str(out, "id", call_cell(call, 0, 0));
    emit_raw(out, "note", call_cell(call, 0, 1).at);
    emit_object_end(out);
    return true;
}

const struct tool note_create = {
    .name = "notes.create",
    .title = "Write a note",
    .says = "Writes a note with a title, content and tags, for one user or shared by all.",
    .scope = "write",
    .schema = "{\"type\":\"object\",\"required\":[\"title\"],\"additionalProperties\":false,"
              "\"properties\":{" NOTE_FIELDS_SCHEMA "}}",
    .result = RESULT_DONE("\"id\",\"note\"", "\"id\":" RESULT_TEXT ",\"note\":" NOTE_RESULT),
    .toolsets = "notes",
    .run = run,
};
