/*
 * graph_tools: what the tools for the graph have in common.
 */
#include "tool/graph_tools.h"

#include "base/js.h"
#include "graph/entity.h"
#include "store/collection.h"
#include "tool/documents.h"

struct call *
graph_tools_call(struct pipe *pipe, enum stmt_id stmt, struct json_object *args)
{
    struct call *call = pipe_add(pipe, stmt);

    call_str(call, STR(COLLECTION_DATABASE));
    call_str(call, documents_collection(args));
    return call;
}

bool
graph_tools_key(struct ctx *ctx, struct json_object *args, const char *argument,
                struct str *key_out)
{
    *key_out = entity_key(ctx->arena, js_str(js_find(args, argument)));
    return key_out->at != NULL ||
           err_set(&ctx->err, ERR_SHAPE, "%s must have letters or digits, at most %d bytes",
                   argument, ENTITY_KEY_MAX);
}
