/*
 * param: arguments of a tool that the client repeats in headers.
 */
#include "mcp/param.h"

#include "base/js.h"
#include "mcp/era.h"

#include <stdlib.h>
#include <string.h>

#define WORD "x-mcp-header"

/* As the header has it; absent: of a type that has no header, which the schema tells better. */
static struct str
text_of(struct arena *arena, struct json_object *value)
{
    switch (js_type(value)) {
    case JS_STRING: return js_str(value);
    case JS_LONG:
    case JS_DOUBLE:
    case JS_BOOL: return str_of(js_text(arena, value));
    case JS_NULL:
    case JS_ARRAY:
    case JS_OBJECT: break;
    }
    return (struct str){NULL, 0};
}

static bool
refuse(struct ctx *ctx, const struct rpc *rpc, const char *header, const char *says)
{
    rpc_error(ctx, rpc, 400, RPC_HEADER, NULL, "the header %s %s", header, says);
    return false;
}

/* Numbers are the same by their value: 42 and 42.0. */
static bool
same(struct json_object *value, struct str told, struct str wanted)
{
    char *end;
    double number;

    if (str_same(told, wanted))
        return true;
    if ((js_type(value) != JS_LONG && js_type(value) != JS_DOUBLE) || told.len == 0)
        return false;
    number = strtod(told.at, &end);
    return end == told.at + told.len && number == js_double(value, 0);
}

static bool
one(struct ctx *ctx, const struct rpc *rpc, const char *name, struct json_object *value)
{
    const char *header = str_format(ctx->arena, "Mcp-Param-%s", name);
    const char *sent = request_header(ctx->request, header);
    struct str wanted = text_of(ctx->arena, value), told;

    if (value == NULL)
        return sent == NULL || refuse(ctx, rpc, header, "has no argument that it repeats");
    if (wanted.at == NULL)
        return true;
    if (sent == NULL)
        return refuse(ctx, rpc, header, "is missing: it must repeat an argument");
    if (!era_header(ctx->arena, sent, &told))
        return refuse(ctx, rpc, header, "is not Base64 as it says");
    return same(value, told, wanted) || refuse(ctx, rpc, header, "must repeat its argument");
}

/* NOLINTBEGIN(misc-no-recursion): as deep as the schema, which base/js limits */

static bool
properties(struct ctx *ctx, const struct rpc *rpc, struct json_object *schema,
           struct json_object *value)
{
    for (struct js_place p = {0}; js_next(js_find(schema, "properties"), &p);) {
        struct json_object *inner = js_find(value, p.name);
        struct str header = js_str(js_find(p.value, WORD));

        if (header.at != NULL && !one(ctx, rpc, header.at, inner))
            return false;
        if (!properties(ctx, rpc, p.value, inner))
            return false;
    }
    return true;
}

/* NOLINTEND(misc-no-recursion) */

bool
param_check(struct ctx *ctx, const struct rpc *rpc, const struct tool *tool,
            struct json_object *args)
{
    struct json_object *schema;

    if (!rpc->is_modern || strstr(tool->schema, WORD) == NULL ||
        !js_parse(ctx->arena, str_of(tool->schema), &schema, &ctx->err))
        return true;
    return properties(ctx, rpc, schema, args);
}
