/*
 * memory_emit: memories as JSON, in our own names and in those of older clients.
 */
#include "memory/memory.h"

/* Columns of memory_search; its first row tells how the search was done. */
/* clang-format off */
enum {
    MODE, REASON, ID, TEXT, METADATA, CREATED, UPDATED, SCORE, RELEVANCE, IMPORTANCE, RECENCY
};
enum { R_ID, R_TEXT, R_METADATA, R_RELATION, R_OUTGOING, R_WEIGHT }; /* of memory_related */
/* clang-format on */

void
memory_emit_unembedded(struct ctx *ctx, const struct records *records, struct emit *emit)
{
    const char *missing = ctx->service->embed_missing;

    if (records->list[0].dims > 0)
        return;
    ctx->degraded = true;
    emit_bool(emit, "degraded", true);
    emit_text(emit, "reason",
              missing[0] != '\0'
                  ? missing
                  : "this server has no embedding model: memories are found by words");
}

size_t
memory_hits(const struct call *call)
{
    return call_rows(call) == 0 ? 0 : call_rows(call) - 1;
}

struct str
memory_hit_text(const struct call *call, size_t index)
{
    return call_cell(call, index + 1, TEXT);
}

void
memory_emit_how(struct ctx *ctx, const struct search *search, const struct call *call,
                struct emit *emit)
{
    struct str reason;

    if (call_rows(call) == 0 || call_is_null(call, 0, MODE))
        return;
    reason = call_cell(call, 0, REASON);
    ctx->degraded = reason.at != NULL;
    emit_str(emit, "mode", call_cell(call, 0, MODE));
    emit_bool(emit, "degraded", ctx->degraded);
    if (ctx->degraded)
        emit_str(emit, "reason",
                 search->no_meaning != NULL ? str_of(search->no_meaning) : reason);
}

static void
emit_member(struct ctx *ctx, struct json_object *metadata, const char *name, const char *as,
            struct emit *emit)
{
    struct json_object *value = js_find(metadata, name);

    if (value != NULL)
        emit_raw(emit, as, js_text(ctx->arena, value));
}

/* What every answer tells of a memory. */
static void
emit_memory(struct ctx *ctx, struct str id, struct str text, struct str metadata, bool legacy,
            struct emit *emit)
{
    struct err ignored = {.kind = ERR_NONE};
    struct json_object *tree = NULL;

    emit_str(emit, "id", id);
    emit_str(emit, legacy ? "content" : "text", text);
    if (!js_parse(ctx->arena, metadata, &tree, &ignored))
        tree = NULL; /* deeper than we read: the members are left out */
    emit_member(ctx, tree, "type", legacy ? "entityType" : "type", emit);
    emit_member(ctx, tree, "importance", "importance", emit);
    emit_member(ctx, tree, "tags", "tags", emit);
    emit_member(ctx, tree, "user", legacy ? "userId" : "user", emit);
    emit_raw(emit, "metadata", metadata.at);
}

void
memory_emit_hit(struct ctx *ctx, const struct call *call, size_t index, bool legacy,
                struct emit *emit)
{
    size_t row = index + 1;

    emit_object(emit, NULL);
    emit_memory(ctx, call_cell(call, row, ID), call_cell(call, row, TEXT),
                call_cell(call, row, METADATA), legacy, emit);
    emit_str(emit, legacy ? "createdAt" : "created_at", call_cell(call, row, CREATED));
    emit_str(emit, legacy ? "updatedAt" : "updated_at", call_cell(call, row, UPDATED));
    emit_double(emit, "score", call_cell_double(call, row, SCORE));
    emit_object(emit, "explain");
    if (!call_is_null(call, row, RELEVANCE))
        emit_double(emit, "relevance", call_cell_double(call, row, RELEVANCE));
    emit_double(emit, "importance", call_cell_double(call, row, IMPORTANCE));
    emit_double(emit, "recency", call_cell_double(call, row, RECENCY));
    emit_object_end(emit);
    emit_object_end(emit);
}

void
memory_emit_related(struct ctx *ctx, const struct call *call, bool legacy, struct emit *emit)
{
    emit_array(emit, "related");
    for (size_t row = 0; row < call_rows(call); row++) {
        emit_object(emit, NULL);
        emit_memory(ctx, call_cell(call, row, R_ID), call_cell(call, row, R_TEXT),
                    call_cell(call, row, R_METADATA), legacy, emit);
        emit_str(emit, legacy ? "relationType" : "relation", call_cell(call, row, R_RELATION));
        emit_text(emit, "direction", call_cell_bool(call, row, R_OUTGOING) ? "to" : "from");
        emit_double(emit, "weight", call_cell_double(call, row, R_WEIGHT));
        emit_object_end(emit);
    }
    emit_array_end(emit);
}
