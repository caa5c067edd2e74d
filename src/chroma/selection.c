/*
 * selection: which records a request means.
 */
#include "chroma/selection.h"

#include <stdint.h>
#include <string.h>

bool
selection_ids(struct selection *selection, struct scan *scan)
{
    struct str id;

    if (scan_null(scan))
        return true;
    if (!scan_array(scan))
        return false;
    selection->has_ids = true;
    while (scan_item(scan)) {
        if (!scan_string(scan, &id))
            return false;
        if (selection->count == selection->room) {
            size_t room = 2 * selection->room + 16;
            struct str *ids = arena_take(scan->arena, room * sizeof *ids);

            if (selection->count > 0)
                memcpy(ids, selection->ids, selection->count * sizeof *ids);
            selection->ids = ids;
            selection->room = room;
        }
        selection->ids[selection->count++] = id;
    }
    return scan->err->kind == ERR_NONE;
}

static bool
filter_read(struct scan *scan, struct str *raw)
{
    return scan_null(scan) || scan_raw(scan, raw);
}

static bool
member_read(struct selection *selection, struct scan *scan, struct str name)
{
    if (str_is(name, "ids"))
        return selection_ids(selection, scan);
    if (str_is(name, "where"))
        return filter_read(scan, &selection->where);
    if (str_is(name, "where_document"))
        return filter_read(scan, &selection->where_document);
    if (str_is(name, "limit"))
        return scan_null(scan) || scan_long(scan, 0, UINT32_MAX, &selection->limit);
    return scan_skip(scan);
}

static bool
has_filter(const struct selection *selection)
{
    return selection->where.at != NULL || selection->where_document.at != NULL;
}

bool
selection_read(struct selection *selection, struct scan *scan)
{
    struct str name;

    *selection = (struct selection){.limit = -1};
    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name))
        if (!member_read(selection, scan, name))
            return false;
    if (!scan_end(scan) || !where_read(scan->arena, selection->where, selection->where_document,
                                       &selection->filter, scan->err))
        return false;
    if (selection->limit >= 0 && !has_filter(selection))
        return err_set(scan->err, ERR_INPUT,
                       "Validation error: limit, where: limit can only be specified when a "
                       "where clause is provided");
    if (selection->has_ids && selection->count == 0 && !has_filter(selection))
        return err_set(scan->err, ERR_INPUT,
                       "Validation error: ids, where: Either ids or where must be specified");
    return true;
}

bool
selection_is_empty(const struct selection *selection)
{
    return !selection->has_ids && !has_filter(selection);
}

struct call *
selection_delete(const struct selection *selection, struct pipe *pipe, struct str database,
                 struct str collection)
{
    struct call *call = pipe_add(pipe, STMT_chroma_record_delete);

    call_str(call, database);
    call_str(call, collection);
    if (!selection->has_ids) {
        call_null(call);
    } else {
        struct array *ids = array_new(pipe, ARRAY_TEXT);

        for (size_t i = 0; i < selection->count; i++)
            array_str(ids, selection->ids[i]);
        call_array(call, ids);
    }
    where_bind(call, &selection->filter);
    if (selection_is_empty(selection))
        call_long(call, 0);
    else if (selection->limit < 0)
        call_null(call);
    else
        call_long(call, selection->limit);
    return call;
}
