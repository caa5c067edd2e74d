/*
 * cursor: where a page of a list ended, as text that only we read.
 */
#include "mcp/cursor.h"

#include "base/base64.h"
#include "base/js.h"

bool
cursor_read(struct ctx *ctx, const struct rpc *rpc, struct json_object **place_out)
{
    struct json_object *given = js_find(rpc->params, "cursor");
    struct err ignored = {.kind = ERR_NONE};
    struct str text;

    *place_out = NULL;
    if (given == NULL)
        return true;
    if (js_type(given) == JS_STRING && base64_decode(ctx->arena, js_str(given), &text) &&
        js_parse(ctx->arena, text, place_out, &ignored) && js_type(*place_out) == JS_ARRAY)
        return true;
    rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL,
              "cursor must be the nextCursor of the page before, as it was given");
    return false;
}

void
cursor_emit(struct emit *json, struct arena *arena, struct str place)
{
    emit_text(json, "nextCursor", base64_encode(arena, place));
}
