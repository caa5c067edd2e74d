/*
 * resources: resources/list, resources/templates/list and resources/read.
 *
 * What is stored stands at the addresses of store/uri.h; what the program itself has, on the
 * shelf.
 */
#include "base/js.h"
#include "mcp/cursor.h"
#include "mcp/method.h"
#include "mcp/session.h"
#include "tool/resource.h"
#include "tool/shelf.h"

#define PAGE            100
#define LIST_TTL_MS     10000  /* anybody may write meanwhile */
#define READ_TTL_MS     1000   /* so may they here */
#define TEMPLATE_TTL_MS 300000 /* these change with the program */

static void
caching(struct emit *json, long ttl_ms)
{
    emit_long(json, "ttlMs", ttl_ms);
    emit_text(json, "cacheScope", "private");
}

static void
emit_shelved(const struct shelf_resource *resource, struct emit *json)
{
    emit_object(json, NULL);
    emit_text(json, shelf_is_template(resource) ? "uriTemplate" : "uri", resource->uri);
    emit_text(json, "name", resource->name);
    emit_text(json, "title", resource->title);
    emit_text(json, "description", resource->says);
    emit_text(json, "mimeType", resource->mime);
    emit_object_end(json);
}

static void
shelved(struct emit *json, bool templates)
{
    const struct shelf_resource *resource;

    for (size_t i = 0; (resource = shelf_resource_row(i)) != NULL; i++)
        if (shelf_is_template(resource) == templates)
            emit_shelved(resource, json);
}

static void
emit_place(struct ctx *ctx, const struct call *call, size_t row, struct emit *json)
{
    struct buf place;
    struct emit emit;

    buf_start(&place, ctx->arena, 128);
    emit_start(&emit, &place);
    emit_array(&emit, NULL);
    emit_str(&emit, NULL, call_cell(call, row, RESOURCE_STAGE));
    emit_str(&emit, NULL, call_cell(call, row, RESOURCE_NAME));
    emit_long(&emit, NULL, call_cell_long(call, row, RESOURCE_SEQ));
    emit_array_end(&emit);
    cursor_emit(json, ctx->arena, (struct str){place.data, place.len});
}

/* One row more than a page was asked for: it tells whether there is another. */
static void
emit_page(struct ctx *ctx, const struct call *call, struct emit *json)
{
    size_t rows = call_rows(call), shown = rows < PAGE ? rows : PAGE;

    for (size_t row = 0; row < shown; row++)
        if (!call_is_null(call, row, RESOURCE_JSON))
            emit_raw(json, NULL, call_cell(call, row, RESOURCE_JSON).at);
    emit_array_end(json);
    if (rows > 0 && (rows > PAGE || call_is_null(call, rows - 1, RESOURCE_JSON)))
        emit_place(ctx, call, shown - 1, json);
}

bool
resources_list(struct ctx *ctx, const struct rpc *rpc)
{
    struct pipe *pipe = session_pipe(ctx, rpc);
    struct resource_place after = {.seq = 0};
    struct json_object *place;
    struct call *call;
    struct emit *json;

    if (!cursor_read(ctx, rpc, &place))
        return true;
    after.stage = js_str(js_item(place, 0));
    after.name = js_str(js_item(place, 1));
    after.seq = js_long(js_item(place, 2), 0);
    call = resource_page_call(pipe, &after, PAGE + 1);
    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return false;
    json = rpc_result(ctx, rpc);
    emit_array(json, "resources");
    if (place == NULL)
        shelved(json, false);
    emit_page(ctx, call, json);
    caching(json, LIST_TTL_MS);
    rpc_result_end(json);
    return true;
}

/* clang-format off */
static const struct shelf_resource stored[] = {
    {.uri = URI_COLLECTION, .name = "collection", .title = "A collection", .mime = "application/json",
     .says = "What a collection holds: counts, embedder, metadata and its newest records."},
    {.uri = URI_RECORD, .name = "record", .title = "A record of a collection", .mime = "text/plain",
     .says = "The text of a record; its metadata is in _meta."},
    {.uri = URI_ENTITY, .name = "entity", .title = "An entity of a collection", .mime = "application/json",
     .says = "What records speak of: evidence, aliases, neighbours and relations."},
};
/* clang-format on */

bool
resources_templates(struct ctx *ctx, const struct rpc *rpc)
{
    struct emit *json = rpc_result(ctx, rpc);

    emit_array(json, "resourceTemplates");
    for (size_t i = 0; i < sizeof stored / sizeof stored[0]; i++)
        emit_shelved(&stored[i], json);
    shelved(json, true);
    emit_array_end(json);
    caching(json, TEMPLATE_TTL_MS);
    rpc_result_end(json);
    return true;
}

/* 2025-11-25 has a code of its own for this; 2026-07-28 has not. */
static bool
missing(struct ctx *ctx, const struct rpc *rpc, struct str uri)
{
    struct buf data;
    struct emit emit;

    buf_start(&data, ctx->arena, 128);
    emit_start(&emit, &data);
    emit_object(&emit, NULL);
    emit_str(&emit, "uri", uri);
    emit_object_end(&emit);
    return rpc_error(ctx, rpc, 200, rpc->is_modern ? RPC_PARAMS : RPC_RESOURCE, data.data,
                     "there is no such resource");
}

static struct emit *
contents(struct ctx *ctx, const struct rpc *rpc, struct str uri, const char *mime)
{
    struct emit *json = rpc_result(ctx, rpc);

    emit_array(json, "contents");
    emit_object(json, NULL);
    emit_str(json, "uri", uri);
    emit_text(json, "mimeType", mime);
    return json;
}

static bool
contents_end(struct emit *json)
{
    emit_object_end(json);
    emit_array_end(json);
    caching(json, READ_TTL_MS);
    rpc_result_end(json);
    return true;
}

static bool
read_shelved(struct ctx *ctx, const struct rpc *rpc, struct str uri, struct str variable,
             const struct shelf_resource *resource)
{
    struct emit *json = contents(ctx, rpc, uri, resource->mime);

    if (resource->base64 != NULL)
        emit_text(json, "blob", resource->base64);
    else
        emit_text(json, "text",
                  resource->made == NULL ? resource->text
                                         : resource->made(ctx->arena, variable));
    return contents_end(json);
}

static bool
read_stored(struct ctx *ctx, const struct rpc *rpc, struct str text)
{
    struct pipe *pipe = session_pipe(ctx, rpc);
    struct call *call;
    struct emit *json;
    struct uri uri;

    if (!uri_read(ctx->arena, text, &uri))
        return missing(ctx, rpc, text);
    call = resource_read_call(pipe, ctx->arena, &uri);
    if (!pipe_run(pipe, ctx->deadline, &ctx->err))
        return ctx->err.kind == ERR_MISSING && missing(ctx, rpc, text);
    json = contents(ctx, rpc, text, call_cell(call, 0, RESOURCE_MIME).at);
    emit_str(json, "text", call_cell(call, 0, RESOURCE_TEXT));
    if (!call_is_null(call, 0, RESOURCE_META))
        emit_raw(json, "_meta", call_cell(call, 0, RESOURCE_META).at);
    return contents_end(json);
}

bool
resources_read(struct ctx *ctx, const struct rpc *rpc)
{
    struct str uri = js_str(js_find(rpc->params, "uri")), variable;
    const struct shelf_resource *resource;

    if (uri.at == NULL)
        return rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL,
                         "uri must be the address of a resource");
    resource = shelf_resource_find(uri, &variable);
    if (resource != NULL)
        return read_shelved(ctx, rpc, uri, variable, resource);
    return read_stored(ctx, rpc, uri);
}
