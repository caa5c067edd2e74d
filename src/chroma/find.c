/*
 * find: what Chroma's clients read: get, count and query.
 */
#include "chroma/find.h"

#include "chroma/columns.h"
#include "chroma/commit.h"
#include "chroma/where.h"
#include "chroma/wire.h"
#include "search/direct.h"

#include <limits.h>
#include <math.h>
#include <string.h>

/* What both a get and a query say. */
struct wanted {
    struct pipe *pipe;
    struct str database, collection;
    struct array *ids; /* NULL: any */
    struct str where, where_document;
    struct chroma_filter filter;
    struct columns columns;
    long token; /* of an earlier read; -1: none */
};

static bool
wanted_start(struct wanted *wanted, struct ctx *ctx, bool query)
{
    *wanted =
        (struct wanted){.pipe = wire_pipe(ctx), .database = wire_database(ctx), .token = -1};
    columns_start(&wanted->columns, query);
    return wire_collection(ctx, &wanted->collection);
}

static bool
ids_scan(struct wanted *wanted, struct scan *scan)
{
    struct str id;

    if (scan_null(scan))
        return true;
    if (!scan_array(scan))
        return false;
    wanted->ids = array_new(wanted->pipe, ARRAY_TEXT);
    while (scan_item(scan)) {
        if (!scan_string(scan, &id))
            return false;
        array_str(wanted->ids, id);
    }
    return scan->err->kind == ERR_NONE;
}

static bool
wanted_scan(struct wanted *wanted, struct str name, struct scan *scan)
{
    if (str_is(name, "ids"))
        return ids_scan(wanted, scan);
    if (str_is(name, "where"))
        return scan_raw(scan, &wanted->where);
    if (str_is(name, "where_document"))
        return scan_raw(scan, &wanted->where_document);
    if (str_is(name, "include"))
        return columns_scan(&wanted->columns, scan);
    return scan_skip(scan);
}

static bool
wanted_end(struct wanted *wanted, struct ctx *ctx, struct scan *scan)
{
    return scan_end(scan) && where_read(ctx->arena, wanted->where, wanted->where_document,
                                        &wanted->filter, &ctx->err);
}

static void
ids_bind(struct call *call, const struct wanted *wanted)
{
    if (wanted->ids == NULL)
        call_null(call);
    else
        call_array(call, wanted->ids);
}

/* A count, or null, which changes nothing. */
static bool
count_scan(struct scan *scan, long *count)
{
    return scan_null(scan) || scan_long(scan, 0, UINT32_MAX, count);
}

static bool
token_scan(struct scan *scan, long *token)
{
    return scan_null(scan) || scan_long(scan, 0, LONG_MAX, token);
}

static bool
get_scan(struct ctx *ctx, struct wanted *wanted, long *limit, long *offset)
{
    struct scan scan;
    struct str name;

    if (!wire_scan(ctx, &scan) || !scan_object(&scan))
        return false;
    while (scan_member(&scan, &name)) {
        if (!(str_is(name, "limit")        ? count_scan(&scan, limit)
              : str_is(name, "offset")     ? count_scan(&scan, offset)
              : str_is(name, "read_token") ? token_scan(&scan, &wanted->token)
                                           : wanted_scan(wanted, name, &scan)))
            return false;
    }
    return wanted_end(wanted, ctx, &scan);
}

static struct call *
get_call(struct wanted *wanted, long limit, long offset, struct arena *arena)
{
    struct call *call = pipe_add(wanted->pipe, STMT_chroma_get);

    call_str(call, wanted->database);
    call_str(call, wanted->collection);
    ids_bind(call, wanted);
    where_bind(call, &wanted->filter);
    call_long(call, limit);
    call_long(call, offset);
    call_text(call, columns_letters(&wanted->columns, arena));
    return call;
}

bool
chroma_find_get(struct ctx *ctx)
{
    long limit = LONG_MAX, offset = 0;
    struct wanted wanted;
    struct emit *json;
    struct call *call;

    if (!wanted_start(&wanted, ctx, false) || !get_scan(ctx, &wanted, &limit, &offset))
        return false;
    call = get_call(&wanted, limit, offset, ctx->arena);
    if (!wire_run(ctx, wanted.pipe))
        return false;
    json = reply_json(&ctx->reply, 200);
    emit_object(json, NULL);
    columns_emit(json, &wanted.columns, call);
    emit_object_end(json);
    return true;
}

static struct call *
note_call(struct wanted *wanted, long limit, long offset)
{
    struct call *call = pipe_add(wanted->pipe, STMT_chroma_read_note);

    call_str(call, wanted->database);
    call_str(call, wanted->collection);
    if (wanted->token < 0)
        call_null(call);
    else
        call_long(call, wanted->token);
    ids_bind(call, wanted);
    where_bind(call, &wanted->filter);
    call_long(call, limit);
    call_long(call, offset);
    return call;
}

/* What changes between the note and the get is a conflict later: the note comes first. */
bool
chroma_find_conditional(struct ctx *ctx)
{
    long limit = 0, offset = 0;
    struct wanted wanted;
    struct call *note, *call;
    struct emit *json;

    if (!wanted_start(&wanted, ctx, false) || !get_scan(ctx, &wanted, &limit, &offset))
        return false;
    if (wanted.ids == NULL && limit == 0)
        return err_set(&ctx->err, ERR_INPUT,
                       "transactional filter reads require a positive limit");
    if (limit == 0)
        limit = LONG_MAX;
    note = note_call(&wanted, limit, offset);
    call = get_call(&wanted, limit, offset, ctx->arena);
    if (!wire_run(ctx, wanted.pipe))
        return commit_refused(ctx);
    json = reply_json(&ctx->reply, 200);
    emit_object(json, NULL);
    columns_emit(json, &wanted.columns, call);
    emit_long(json, "read_token", call_cell_long(note, 0, 0));
    emit_object_end(json);
    return true;
}

/* All levels are one here: what was written is read. */
static bool
read_level_check(struct ctx *ctx)
{
    static const char *const levels[] = {"index_and_wal", "index_only",
                                         "index_and_bounded_wal"};
    struct str level = request_query(ctx->request, ctx->arena, "read_level");

    if (level.at == NULL)
        return true;
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (str_is(level, levels[i]))
            return true;
    }
    return err_set(&ctx->err, ERR_INPUT,
                   "Failed to deserialize query string: read_level: unknown variant `%.*s`, "
                   "expected one of `index_and_wal`, `index_only`, `index_and_bounded_wal`",
                   (int)(level.len < 60 ? level.len : 60), level.at);
}

bool
chroma_find_count(struct ctx *ctx)
{
    struct pipe *pipe = wire_pipe(ctx);
    struct str collection;
    struct call *call;

    if (!wire_collection(ctx, &collection) || !read_level_check(ctx))
        return false;
    call = pipe_add(pipe, STMT_chroma_count);
    call_str(call, wire_database(ctx));
    call_str(call, collection);
    if (!wire_run(ctx, pipe))
        return false;
    emit_long(reply_json(&ctx->reply, 200), NULL, call_cell_long(call, 0, 0));
    return true;
}

/* The embeddings of a query, one after the other. */
struct probes {
    struct buf floats;
    size_t count, dims; /* dims of each */
    bool is_given;
};

static bool
probe_scan(struct probes *probes, struct scan *scan)
{
    size_t dims;

    if (!scan_floats(scan, &probes->floats, &dims)) {
        if (strstr(scan->err->text, SCAN_BEYOND_FLOAT) != NULL)
            *scan->err = (struct err){.kind = ERR_INPUT,
                                      .text = "Validation error: query_embeddings: Embeddings "
                                              "must not contain NaN or Infinity values"};
        return false;
    }
    if (probes->count > 0 && dims != probes->dims)
        return err_set(scan->err, ERR_INPUT, "Inconsistent dimensions in provided embeddings");
    probes->dims = dims;
    probes->count++;
    return true;
}

static bool
probes_scan(struct probes *probes, struct scan *scan)
{
    if (probes->is_given)
        return scan_refuse(scan, ERR_SHAPE, "stands twice");
    probes->is_given = true;
    if (!scan_array(scan))
        return false;
    while (scan_item(scan)) {
        if (!probe_scan(probes, scan))
            return false;
    }
    return scan->err->kind == ERR_NONE;
}

static bool
query_scan(struct ctx *ctx, struct wanted *wanted, struct probes *probes, long *results)
{
    struct scan scan;
    struct str name;

    buf_start(&probes->floats, ctx->arena, 4096);
    if (!wire_scan(ctx, &scan) || !scan_object(&scan))
        return false;
    while (scan_member(&scan, &name)) {
        if (!(str_is(name, "n_results")          ? count_scan(&scan, results)
              : str_is(name, "query_embeddings") ? probes_scan(probes, &scan)
                                                 : wanted_scan(wanted, name, &scan)))
            return false;
    }
    if (!wanted_end(wanted, ctx, &scan))
        return false;
    return probes->is_given ||
           err_set(&ctx->err, ERR_SHAPE, "missing field `query_embeddings`");
}

static struct array *
probes_array(struct pipe *pipe, const struct probes *probes)
{
    struct array *array = array_new(pipe, ARRAY_VECTOR);

    for (size_t i = 0; probes->dims > 0 && i < probes->count; i++)
        array_vector(array, probes->floats.data + i * probes->dims * 4, probes->dims);
    return array;
}

static struct call *
query_call(struct wanted *wanted, const struct probes *probes, long results, double share,
           struct arena *arena)
{
    struct call *call = pipe_add(wanted->pipe, STMT_chroma_query);

    call_str(call, wanted->database);
    call_str(call, wanted->collection);
    if (probes->count == 0)
        call_null(call);
    else
        call_long(call, (long)probes->dims);
    call_array(call, probes_array(wanted->pipe, probes));
    call_long(call, results);
    ids_bind(call, wanted);
    where_bind(call, &wanted->filter);
    call_text(call, columns_letters(&wanted->columns, arena));
    if (share > 0)
        call_double(call, share);
    else
        call_null(call);
    return call;
}

#define COLUMN_PROBE (COLUMN_COUNT + 0) /* which embedding a row belongs to, from 1 */
#define COLUMN_SHARE (COLUMN_COUNT + 1) /* of the filter; below 0: the index did not answer */

/* Before which row the answer to each embedding ends. */
static const size_t *
probe_ends(const struct call *call, size_t count, struct arena *arena)
{
    size_t *ends = arena_take(arena, (count + 1) * sizeof *ends);
    size_t row = 0;

    for (size_t i = 0; i < count; i++) {
        while (row < call_rows(call) && call_cell_long(call, row, COLUMN_PROBE) == (long)i + 1)
            row++;
        ends[i] = row;
    }
    return ends;
}

/* A query of one embedding, by metadata at most, may go the short way. */
static struct hint *
hint_for(struct ctx *ctx, const struct wanted *wanted, const struct probes *probes,
         long results)
{
    if (probes->count != 1 || results == 0 || results > DIRECT_MANY || wanted->ids != NULL ||
        wanted->filter.tree != NULL)
        return NULL;
    return hint_of(ctx->conn, &ctx->claims, wanted->database, wanted->collection);
}

/* The short way; NULL with no error when it does not answer whole, and then the long way does.
 */
static struct call *
run_direct(struct ctx *ctx, const struct wanted *wanted, const struct probes *probes,
           long results, struct hint *hint)
{
    const char *path = wanted->filter.path;
    struct direct direct = {.kind = path == NULL ? HINT_CHROMA : HINT_CHROMA_FILTERED,
                            .collection = wanted->collection,
                            .floats_be = probes->floats.data,
                            .dims = probes->dims,
                            .limit = results,
                            .share = path == NULL ? 1 : hint_share(hint, path)};
    struct err err = {.kind = ERR_NONE};
    struct pipe *pipe;
    struct call *call;

    if (direct.share <= 0 || !direct_may(&direct, hint))
        return NULL;
    pipe = wire_pipe(ctx);
    call = direct_call(&direct, hint, pipe, ctx->arena);
    call_text(call, columns_letters(&wanted->columns, ctx->arena));
    if (path != NULL)
        call_text(call, path);
    if (pipe_run(pipe, ctx->deadline, &err) && call_rows(call) == (size_t)results)
        return call;
    hint_forget(hint);
    return NULL;
}

static struct call *
query_run(struct ctx *ctx, struct wanted *wanted, const struct probes *probes, long results)
{
    const char *path = wanted->filter.path;
    struct call *call = NULL, *asked = NULL;
    double share = 0;
    struct hint *hint;

    if (!conn_need(ctx->conn, ctx->deadline, &ctx->err))
        return NULL;
    hint = hint_for(ctx, wanted, probes, results);
    if (hint != NULL)
        call = run_direct(ctx, wanted, probes, results, hint);
    if (call != NULL)
        return call;
    if (hint != NULL && path != NULL)
        share = hint_share(hint, path);
    call = query_call(wanted, probes, results, fabs(share), ctx->arena);
    if (hint != NULL && hint->number == 0)
        asked = hint_ask(wanted->pipe, wanted->database, wanted->collection);
    if (!wire_run(ctx, wanted->pipe))
        return NULL;
    if (asked != NULL)
        hint_learn(hint, asked);
    if (hint != NULL && path != NULL && share == 0 && call_rows(call) > 0 &&
        !call_is_null(call, 0, COLUMN_SHARE))
        hint_share_learn(hint, path, call_cell_double(call, 0, COLUMN_SHARE));
    return call;
}

bool
chroma_find_query(struct ctx *ctx)
{
    struct probes probes = {.count = 0};
    struct wanted wanted;
    long results = 10;
    struct emit *json;
    struct call *call;

    if (!wanted_start(&wanted, ctx, true) || !query_scan(ctx, &wanted, &probes, &results))
        return false;
    call = query_run(ctx, &wanted, &probes, results);
    if (call == NULL)
        return false;
    json = reply_json(&ctx->reply, 200);
    emit_object(json, NULL);
    columns_emit_query(json, &wanted.columns, call, probe_ends(call, probes.count, ctx->arena),
                       probes.count);
    emit_object_end(json);
    return true;
}
