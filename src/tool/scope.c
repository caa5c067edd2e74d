/*
 * scope: which tools a caller may call, for lists that show him no others.
 */
#include "tool/scope.h"

#include <string.h>

struct call *
scope_call(struct ctx *ctx, struct pipe *pipe)
{
    struct call *call;

    if (ctx->claims.kind != CLAIMS_KEY)
        return NULL;
    call = pipe_add(pipe, STMT_tool_scopes);
    call_text(call, ctx->claims.key_id);
    return call;
}

bool
scope_allows(const struct call *call, const struct tool *tool)
{
    if (call == NULL)
        return true;
    for (size_t row = 0; row < call_rows(call); row++)
        if (str_is(call_cell(call, row, 0), tool->scope) ||
            str_is(call_cell(call, row, 0), "admin"))
            return true;
    return false;
}
