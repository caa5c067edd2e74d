/*
 * entities: what the tools of MCP's reference memory server have in common.
 */
#include "tool/entities.h"

#include "base/js.h"
#include "base/log.h"
#include "memory/memory.h"
#include "tool/invoke.h"
#include "tool/turn.h"

static struct call *
add(struct ctx *ctx, struct pipe *pipe, const struct tool *tool, enum stmt_id stmt,
    struct str given)
{
    struct call *call;

    if (!tool->read_only && !tool->destructive)
        memory_make(ctx, pipe);
    call = pipe_add(pipe, stmt);
    if (given.at != NULL)
        call_str(call, given);
    return call;
}

/* `bare` is a JSON array of {id, text}. */
static bool
embed(struct ctx *ctx, struct str bare)
{
    const struct embed *embed = ctx->service->embed;
    size_t dims = embed_dims(embed), count;
    struct pipe *pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);
    struct array *vectors = array_new(pipe, ARRAY_VECTOR);
    struct json_object *list;
    struct call *call;
    struct str *texts;
    float *floats;

    if (!js_parse(ctx->arena, bare, &list, &ctx->err))
        return false;
    count = js_count(list);
    if (count == 0)
        return true;
    texts = arena_take(ctx->arena, count * sizeof *texts);
    floats = arena_take(ctx->arena, count * dims * sizeof *floats);
    for (size_t i = 0; i < count; i++)
        texts[i] = js_str(js_find(js_item(list, i), "text"));
    if (!embed_texts(embed, ctx->arena, texts, count, floats, &ctx->err))
        return false;
    embed_to_be(floats, count * dims);
    for (size_t i = 0; i < count; i++)
        array_vector(vectors, floats + i * dims, dims);
    call = pipe_add(pipe, STMT_entity_embed);
    call_str(call, bare);
    call_array(call, vectors);
    call_text(call, embed_model(embed));
    return pipe_run(pipe, ctx->deadline, &ctx->err);
}

/* What was written stands, whatever becomes of this. */
static void
embed_if_can(struct ctx *ctx, struct str bare)
{
    if (embed(ctx, bare))
        return;
    log_say(LOG_WARN_LEVEL, "entities.unembedded", "%s (%s)", ctx->err.text, ctx->err.detail);
    ctx->err = (struct err){.kind = ERR_NONE};
}

bool
entities_write(struct ctx *ctx, const struct tool *tool, enum stmt_id stmt, struct str given,
               struct str *told_out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = add(ctx, pipe, tool, stmt, given), *bare = NULL;

    if (ctx->service->embed != NULL) {
        bare = pipe_add(pipe, STMT_entity_bare);
        call_str(bare, given);
        call_text(bare, embed_model(ctx->service->embed));
    }
    if (!invoke_commit(ctx, tool, pipe))
        return false;
    *told_out = call_cell(call, 0, 0);
    if (bare != NULL)
        embed_if_can(ctx, call_cell(bare, 0, 0));
    return true;
}

bool
entities_run(struct ctx *ctx, const struct tool *tool, enum stmt_id stmt, struct str given,
             struct str *told_out)
{
    struct pipe *pipe = invoke_pipe(ctx);
    struct call *call = add(ctx, pipe, tool, stmt, given);

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
