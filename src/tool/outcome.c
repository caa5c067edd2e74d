/*
 * outcome: how a call of a tool ended, as the members of MCP's CallToolResult.
 */
#include "tool/outcome.h"

static void
content(struct emit *json, const char *text, const char *blocks)
{
    if (blocks != NULL) {
        emit_raw(json, "content", blocks);
        return;
    }
    emit_array(json, "content");
    emit_object(json, NULL);
    emit_text(json, "type", "text");
    emit_text(json, "text", text);
    emit_object_end(json);
    emit_array_end(json);
}

void
outcome_emit(struct emit *json, const struct turn *turn, const struct tool *tool,
             const char *result)
{
    content(json, result, turn->content);
    if (turn->content == NULL || (tool != NULL && tool->result != NULL))
        emit_raw(json, "structuredContent", result);
    if (turn->failed)
        emit_bool(json, "isError", true);
}

void
outcome_emit_failure(struct emit *json, const struct err *err)
{
    content(json, err->text, NULL);
    emit_bool(json, "isError", true);
}

bool
outcome_is_outside(enum err_kind kind)
{
    return kind == ERR_AUTH || kind == ERR_DENIED || kind == ERR_LIMITED || kind == ERR_BUSY ||
           kind == ERR_GONE || kind == ERR_ENDED || kind == ERR_UNKNOWN_OUTCOME ||
           kind == ERR_INTERNAL;
}
