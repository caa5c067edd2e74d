/*
 * commit: several writes in one transaction, on the condition that nothing read has changed.
 *
 * Statements go in an order in which nobody waits for each other: what belongs to the
 * collection first, then all records in the order of their ids, then the operations as they
 * were given.
 */
#include "chroma/commit.h"

#include "base/metric.h"
#include "chroma/payload.h"
#include "chroma/selection.h"
#include "chroma/wire.h"

#include <limits.h>
#include <string.h>

struct operation {
    struct operation *next;
    bool is_delete;
    struct payload payload;
    struct selection selection;
};

struct commit {
    struct ctx *ctx;
    struct pipe *pipe;
    struct str database, collection;
    struct operation *first, **last;
    struct selection read; /* its ids */
    long token;            /* -1: none */
    bool has_operations;
};

static bool
verb_of(struct str name, enum payload_verb *verb)
{
    static const char *const names[] = {"add", "upsert", "update"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (str_is(name, names[i])) {
            *verb = (enum payload_verb)i;
            return true;
        }
    }
    return false;
}

static bool
delete_read(struct operation *operation, struct scan *scan)
{
    operation->is_delete = true;
    if (!selection_read(&operation->selection, scan))
        return false;
    if (operation->selection.count == 0 || operation->selection.where.at != NULL ||
        operation->selection.where_document.at != NULL)
        return err_set(scan->err, ERR_INPUT,
                       "transactional predicate deletes are not supported");
    return true;
}

static bool
payload_of(struct commit *commit, struct str name, struct str json)
{
    struct arena *arena = commit->ctx->arena;
    struct operation *operation = arena_take(arena, sizeof *operation);
    enum payload_verb verb;
    struct scan scan;

    if (name.at == NULL || json.at == NULL)
        return err_set(&commit->ctx->err, ERR_SHAPE, "operations: missing field `%s`",
                       name.at == NULL ? "operation" : "payload");
    scan_start(&scan, json.at, json.len, arena, &commit->ctx->err);
    *commit->last = operation;
    commit->last = &operation->next;
    if (str_is(name, "delete"))
        return delete_read(operation, &scan);
    if (!verb_of(name, &verb))
        return err_set(&commit->ctx->err, ERR_SHAPE,
                       "operations: unknown variant `%.*s`, expected one of `add`, `update`, "
                       "`upsert`, `delete`",
                       (int)(name.len < 60 ? name.len : 60), name.at);
    payload_start(&operation->payload, verb, commit->pipe, arena);
    return payload_read(&operation->payload, &scan) && scan_end(&scan);
}

static bool
operation_read(struct commit *commit, struct scan *scan)
{
    struct str member, name = {0}, json = {0};

    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &member)) {
        if (!(str_is(member, "operation") ? scan_string(scan, &name)
              : str_is(member, "payload") ? scan_raw(scan, &json)
                                          : scan_skip(scan)))
            return false;
    }
    return scan->err->kind == ERR_NONE && payload_of(commit, name, json);
}

static bool
operations_read(struct commit *commit, struct scan *scan)
{
    commit->has_operations = true;
    if (!scan_array(scan))
        return false;
    while (scan_item(scan))
        if (!operation_read(commit, scan))
            return false;
    return scan->err->kind == ERR_NONE;
}

static bool
commit_read(struct commit *commit, struct scan *scan)
{
    struct str name;

    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        if (!(str_is(name, "operations") ? operations_read(commit, scan)
              : str_is(name, "read_ids") ? selection_ids(&commit->read, scan)
              : str_is(name, "read_token")
                  ? scan_null(scan) || scan_long(scan, 0, LONG_MAX, &commit->token)
                  : scan_skip(scan)))
            return false;
    }
    if (!scan_end(scan))
        return false;
    if (!commit->has_operations)
        return err_set(scan->err, ERR_SHAPE, "missing field `operations`");
    if (commit->read.count > 0 && commit->token < 0)
        return err_set(scan->err, ERR_INPUT, "read_ids need the read_token of their read");
    return true;
}

static struct call *
commit_call(struct commit *commit, enum stmt_id stmt)
{
    struct call *call = pipe_add(commit->pipe, stmt);

    call_str(call, commit->database);
    call_str(call, commit->collection);
    return call;
}

static void
token_bind(struct call *call, const struct commit *commit)
{
    if (commit->token < 0)
        call_null(call);
    else
        call_long(call, commit->token);
}

/* All ids that the operations name; without those to be deleted when `kept`. */
static struct array *
written(const struct commit *commit, bool kept)
{
    struct array *array = array_new(commit->pipe, ARRAY_TEXT);

    for (const struct operation *o = commit->first; o != NULL; o = o->next) {
        const struct str *ids = o->is_delete ? o->selection.ids : o->payload.ids.list;
        size_t count = o->is_delete ? o->selection.count : o->payload.ids.count;

        for (size_t i = 0; i < count && !(kept && o->is_delete); i++)
            array_str(array, ids[i]);
    }
    return array;
}

static void
hold_all(struct commit *commit)
{
    for (const struct operation *o = commit->first; o != NULL; o = o->next) {
        struct call *call = commit_call(commit, STMT_chroma_commit_hold);

        if (o->is_delete || o->payload.dims == 0)
            call_null(call);
        else
            call_long(call, (long)o->payload.dims);
        call_text(call,
                  o->is_delete ? NULL : typed_keys(&o->payload.typed, commit->ctx->arena));
    }
}

static void
check(struct commit *commit)
{
    struct array *read = array_new(commit->pipe, ARRAY_TEXT);
    struct call *call = commit_call(commit, STMT_chroma_commit_check);

    for (size_t i = 0; i < commit->read.count; i++)
        array_str(read, commit->read.ids[i]);
    token_bind(call, commit);
    call_array(call, read);
    call_array(call, written(commit, false));
}

static long
write_all(struct commit *commit)
{
    long count = 0;

    for (const struct operation *o = commit->first; o != NULL; o = o->next) {
        if (o->is_delete)
            selection_delete(&o->selection, commit->pipe, commit->database, commit->collection);
        else
            payload_call(&o->payload, commit->pipe, commit->database, commit->collection);
        count += (long)(o->is_delete ? o->selection.count : o->payload.ids.count);
    }
    return count;
}

bool
commit_refused(struct ctx *ctx)
{
    bool is_stale = strncmp(ctx->err.text, "Stale read", 10) == 0;
    bool is_conflict = strncmp(ctx->err.text, "Conditional write conflict", 26) == 0;
    struct emit *json;

    if (ctx->err.kind != ERR_CONFLICT || (!is_stale && !is_conflict))
        return false;
    json = reply_json(&ctx->reply, is_stale ? 412 : 409);
    emit_object(json, NULL);
    emit_text(json, "error", is_stale ? "StaleReadError" : "ConditionalWriteConflictError");
    emit_text(json, "message", ctx->err.text);
    emit_object_end(json);
    return true;
}

static void
answer(struct ctx *ctx, const struct call *end, long count)
{
    struct emit *json = reply_json(&ctx->reply, 200);

    metric_add(METRIC_records_written_total, count);
    emit_object(json, NULL);
    if (call_is_null(end, 0, 0))
        emit_null(json, "first_inserted_record_offset");
    else
        emit_long(json, "first_inserted_record_offset", call_cell_long(end, 0, 0));
    emit_long(json, "record_count", count);
    emit_object_end(json);
}

bool
commit_run(struct ctx *ctx)
{
    struct commit commit = {.ctx = ctx, .pipe = wire_pipe(ctx), .token = -1};
    struct call *end;
    struct scan scan;
    long count;

    commit.last = &commit.first;
    commit.database = wire_database(ctx);
    if (!wire_collection(ctx, &commit.collection) || !wire_scan(ctx, &scan) ||
        !commit_read(&commit, &scan))
        return false;
    hold_all(&commit);
    check(&commit);
    count = write_all(&commit);
    end = commit_call(&commit, STMT_chroma_commit_end);
    token_bind(end, &commit);
    call_array(end, written(&commit, true));
    if (!wire_run(ctx, commit.pipe))
        return commit_refused(ctx);
    answer(ctx, end, count);
    return true;
}
