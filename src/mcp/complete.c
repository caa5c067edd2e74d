/*
 * complete: completion/complete: names that begin as somebody types.
 *
 * Arguments of stored prompts have no types: what one is called tells which names it takes.
 */
#include "base/js.h"
#include "db/pipe.h"
#include "graph/entity.h"
#include "mcp/method.h"
#include "mcp/session.h"
#include "store/uri.h"
#include "tool/shelf.h"

#include <string.h>

#define VALUES 100 /* of one answer (2025-11-25, Completion, "Response") */

struct wish {
    struct str prompt;  /* that has to be there; absent: none */
    const char *kind;   /* as kvasir.complete_named() takes it; NULL: nothing is known */
    struct str within;  /* the collection */
    struct str prefix;  /* of the names */
    const char *refuse; /* what is wrong with the question; NULL: nothing */
};

/* clang-format off */
static const struct {
    const char *argument, *kind;
} by_name[] = {
    {"collection", "collection"}, {"namespace", "collection"},
    {"record", "record"}, {"document", "record"},
    {"entity", "entity"}, {"tag", "tag"}, {"agent", "prompt"},
};

static const struct {
    const char *uri, *variable, *kind;
} by_uri[] = {
    {URI_COLLECTION, "name", "collection"},
    {URI_RECORD, "name", "collection"}, {URI_RECORD, "id", "record"},
    {URI_ENTITY, "name", "collection"}, {URI_ENTITY, "entity", "entity"},
};
/* clang-format on */

/* Of the arguments that are filled in already, the one that names a collection. */
static struct str
collection_of(struct json_object *params)
{
    static const char *const names[] = {"collection", "namespace", "name"};
    struct json_object *filled = js_find(js_find(params, "context"), "arguments");
    struct str found = {NULL, 0};

    for (size_t i = 0; i < sizeof names / sizeof names[0] && found.at == NULL; i++)
        found = js_str(js_find(filled, names[i]));
    return found;
}

static void
of_prompt(struct wish *wish, struct str name, struct str argument)
{
    if (name.at == NULL)
        wish->refuse = "ref.name must be a prompt's name";
    if (shelf_prompt_find(name) != NULL)
        return;
    wish->prompt = name;
    for (size_t i = 0; i < sizeof by_name / sizeof by_name[0]; i++)
        if (str_is(argument, by_name[i].argument))
            wish->kind = by_name[i].kind;
}

static void
of_resource(struct wish *wish, struct str uri, struct str argument)
{
    const struct shelf_resource *resource;

    for (size_t i = 0; i < sizeof by_uri / sizeof by_uri[0]; i++)
        if (str_is(uri, by_uri[i].uri) && str_is(argument, by_uri[i].variable))
            wish->kind = by_uri[i].kind;
    for (size_t i = 0; (resource = shelf_resource_row(i)) != NULL; i++)
        if (str_is(uri, resource->uri) && shelf_is_template(resource))
            return;
    if (wish->kind == NULL)
        wish->refuse = "ref.uri must be a template of resources/templates/list, and "
                       "argument.name a variable of it";
}

static struct wish
wish_read(struct ctx *ctx, struct json_object *params)
{
    struct json_object *ref = js_find(params, "ref"), *argument = js_find(params, "argument");
    struct str type = js_str(js_find(ref, "type")), name = js_str(js_find(argument, "name"));
    struct wish wish = {.within = collection_of(params)};

    wish.prefix = js_str(js_find(argument, "value"));
    if (name.at == NULL || wish.prefix.at == NULL)
        wish.refuse = "argument must be {name, value}";
    else if (str_is(type, "ref/prompt"))
        of_prompt(&wish, js_str(js_find(ref, "name")), name);
    else if (str_is(type, "ref/resource"))
        of_resource(&wish, js_str(js_find(ref, "uri")), name);
    else
        wish.refuse = "ref must be {type: ref/prompt, name} or {type: ref/resource, uri}";
    if (wish.kind != NULL && strcmp(wish.kind, "entity") == 0)
        wish.prefix = entity_key(ctx->arena, wish.prefix);
    if (wish.prefix.at == NULL) /* no key can begin so */
        wish.kind = NULL;
    return wish;
}

static bool
answer(struct ctx *ctx, const struct rpc *rpc, const struct call *call)
{
    size_t rows = call == NULL ? 0 : call_rows(call);
    struct emit *json = rpc_result(ctx, rpc);

    emit_object(json, "completion");
    emit_array(json, "values");
    for (size_t row = 0; row < rows && row < VALUES; row++)
        emit_str(json, NULL, call_cell(call, row, 0));
    emit_array_end(json);
    if (rows <= VALUES)
        emit_long(json, "total", (long)rows);
    emit_bool(json, "hasMore", rows > VALUES);
    emit_object_end(json);
    rpc_result_end(json);
    return true;
}

bool
mcp_complete(struct ctx *ctx, const struct rpc *rpc)
{
    struct wish wish = wish_read(ctx, rpc->params);
    struct pipe *pipe;
    struct call *call;

    if (wish.refuse != NULL)
        return rpc_error(ctx, rpc, 200, RPC_PARAMS, NULL, "%s", wish.refuse);
    if (wish.kind == NULL && wish.prompt.at == NULL)
        return answer(ctx, rpc, NULL);
    pipe = session_pipe(ctx, rpc);
    call = pipe_add(pipe, STMT_complete);
    call_str(call, wish.prompt);
    call_text(call, wish.kind);
    call_str(call, wish.within);
    call_str(call, wish.prefix);
    return pipe_run(pipe, ctx->deadline, &ctx->err) && answer(ctx, rpc, call);
}
