/*
 * resource: what is stored, page by page and one by one, as resources of MCP.
 *
 * Each function adds a statement to a pipe that the caller runs.  Collections come first, by
 * name, then the records of each in the order in which they were put: an order that writes do
 * not disturb.
 */
#ifndef TOOL_RESOURCE_H
#define TOOL_RESOURCE_H

#include "db/pipe.h"
#include "store/uri.h"

/* Where a page ended; all zero: before the first one. */
struct resource_place {
    struct str stage; /* "collections" or "records" */
    struct str name;  /* of the collection */
    long seq;         /* of the record */
};

/* Columns of a row: the resource as JSON (null: only a place to go on from), and its place. */
enum resource_column { RESOURCE_JSON, RESOURCE_STAGE, RESOURCE_NAME, RESOURCE_SEQ };

struct call *resource_page_call(struct pipe *pipe, const struct resource_place *after,
                                long how_many);

/* row 0: media type, text, what else is told of it as JSON.  ERR_MISSING: nothing is there. */
enum resource_content { RESOURCE_MIME, RESOURCE_TEXT, RESOURCE_META };

struct call *resource_read_call(struct pipe *pipe, struct arena *arena, const struct uri *uri);

#endif
