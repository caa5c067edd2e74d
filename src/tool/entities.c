/*
 * entities: what the tools of MCP's reference memory server have in common.
 */
#include "tool/entities.h"

#include "memory/memory.h"
#include "tool/invoke.h"
#include "tool/turn.h"

bool
entities_run(struct ctx *ctx, const struct tool *tool, enum stmt_id stmt, struct str given,
             struct str *told_out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call;

    if (!tool->read_only && !tool->destructive)
        memory_make(ctx, pipe);
    call = pipe_add(pipe, stmt);
    if (given.at != NULL)
        call_str(call, given);
    if (!invoke_commit(ctx, tool, pipe))
        return false;
    *told_out = call_cell(call, 0, 0);
    return true;
}

static void
text(struct ctx *ctx, struct str says)
{
    struct emit emit;
    struct buf blocks;

    if (ctx->turn == NULL)
        return;
    buf_start(&blocks, ctx->arena, says.len + 100);
    emit_start(&emit, &blocks);
    emit_array(&emit, NULL);
    emit_object(&emit, NULL);
    emit_text(&emit, "type", "text");
    emit_str(&emit, "text", says);
    emit_object_end(&emit);
    emit_array_end(&emit);
    ctx->turn->content = blocks.data;
}

void
entities_emit_list(struct ctx *ctx, const char *name, struct str list, struct emit *out)
{
    text(ctx, list);
    emit_object(out, NULL);
    emit_raw(out, name, list.at);
    emit_object_end(out);
}

void
entities_emit_graph(struct ctx *ctx, struct str graph, struct emit *out)
{
    text(ctx, graph);
    emit_raw(out, NULL, graph.at);
}

void
entities_emit_done(struct ctx *ctx, const char *says, struct emit *out)
{
    text(ctx, str_of(says));
    emit_object(out, NULL);
    emit_bool(out, "success", true);
    emit_text(out, "message", says);
    emit_object_end(out);
}
