/*
 * resource: what is stored, page by page and one by one, as resources of MCP.
 */
#include "tool/resource.h"

#include "graph/entity.h"
#include "store/collection.h"

struct call *
resource_page_call(struct pipe *pipe, const struct resource_place *after, long how_many)
{
    struct call *call = pipe_add(pipe, STMT_resource_page);

    call_text(call, COLLECTION_DATABASE);
    call_str(call, after->stage);
    call_str(call, after->name);
    call_long(call, after->seq);
    call_long(call, how_many);
    return call;
}

struct call *
resource_read_call(struct pipe *pipe, struct arena *arena, const struct uri *uri)
{
    struct call *call = pipe_add(pipe, STMT_resource_read);

    call_text(call, COLLECTION_DATABASE);
    call_str(call, uri->collection);
    call_str(call, uri->kind);
    call_str(call, str_is(uri->kind, "entities") ? entity_key(arena, uri->item) : uri->item);
    return call;
}
