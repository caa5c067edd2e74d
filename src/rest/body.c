/*
 * body: what the handlers of our own REST have in common.
 */
#include "rest/body.h"

#include "store/collection.h"
#include "store/filter.h"

#include <string.h>

#define MOST_RECORDS 100000

bool
body_scan(struct ctx *ctx, struct scan *scan)
{
    struct str body = ctx->request->body;

    scan_start(scan, body.at == NULL ? "" : body.at, body.len, ctx->arena, &ctx->err);
    if (body.len == 0)
        return err_set(&ctx->err, ERR_INPUT, "the request has no body: send a JSON object");
    return true;
}

struct str
body_database(struct ctx *ctx)
{
    struct str named = request_query(ctx->request, ctx->arena, "database");

    return named.at != NULL ? named : STR(COLLECTION_DATABASE);
}

struct pipe *
body_pipe(struct ctx *ctx)
{
    return pipe_new(ctx->conn, ctx->arena, &ctx->claims);
}

bool
body_run(struct ctx *ctx, struct pipe *pipe)
{
    return pipe_run(pipe, ctx->deadline, &ctx->err);
}

struct call *
body_call(struct ctx *ctx, enum stmt_id stmt, struct pipe **pipe_out)
{
    struct call *call;

    *pipe_out = body_pipe(ctx);
    call = pipe_add(*pipe_out, stmt);
    call_str(call, body_database(ctx));
    call_str(call, ctx_param(ctx, "name"));
    return call;
}

bool
body_tell(struct ctx *ctx, struct pipe *pipe, struct call *call)
{
    if (!body_run(ctx, pipe))
        return false;
    emit_raw(reply_json(&ctx->reply, 200), NULL, call_cell(call, 0, 0).at);
    return true;
}

static bool
scan_ids(struct scan *scan, struct record_choice *choice)
{
    size_t room = 16;
    struct str *ids = arena_take(scan->arena, room * sizeof *ids);

    if (!scan_array(scan))
        return false;
    while (scan_item(scan)) {
        if (choice->count == room) {
            struct str *wider = arena_take(scan->arena, 2 * room * sizeof *ids);

            ids = memcpy(wider, ids, room * sizeof *ids);
            room *= 2;
        }
        if (!scan_string(scan, &ids[choice->count++]))
            return false;
    }
    choice->ids = ids;
    return true;
}

static bool
scan_include(struct scan *scan, bool *with_embedding)
{
    struct str name;

    if (!scan_array(scan))
        return false;
    while (scan_item(scan)) {
        if (!scan_string(scan, &name))
            return false;
        if (!str_is(name, "embedding"))
            return scan_refuse(scan, ERR_SHAPE,
                               "must be embedding; all else is always included");
        *with_embedding = true;
    }
    return true;
}

static bool
selection_member(struct scan *scan, struct str name, struct body_selection *selection)
{
    if (str_is(name, "ids"))
        return scan_null(scan) || scan_ids(scan, &selection->choice);
    if (str_is(name, "where"))
        return filter_scan(scan, &selection->choice.where);
    if (str_is(name, "limit"))
        return scan_long(scan, 0, MOST_RECORDS, &selection->limit);
    if (str_is(name, "offset"))
        return scan_long(scan, 0, 1000000000, &selection->offset);
    if (str_is(name, "include"))
        return scan_include(scan, &selection->with_embedding);
    return scan_refuse(scan, ERR_SHAPE,
                       "is not known here; ids, where, limit, offset, include are");
}

bool
body_selection(struct ctx *ctx, struct body_selection *selection)
{
    struct scan scan;
    struct str name;

    *selection = (struct body_selection){
        .limit = 100,
        .choice = {.database = body_database(ctx), .collection = ctx_param(ctx, "name")}};
    if (!body_scan(ctx, &scan) || !scan_object(&scan))
        return false;
    while (scan_member(&scan, &name)) {
        if (!selection_member(&scan, name, selection))
            return false;
    }
    return scan_end(&scan);
}
