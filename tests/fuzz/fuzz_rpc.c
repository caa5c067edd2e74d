/*
 * fuzz_rpc: any body with any headers becomes a message of one generation, or an error in JSON.
 *
 * The input is lines NAME=value of headers, an empty line, and the body.
 */
#include "base/js.h"
#include "mcp/era.h"
#include "mcp/push.h"

#include <assert.h>
#include <string.h>

#define MOST 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The headers; what is left is the body. */
static void
request_of(char *text, size_t size, char **params, struct request *request)
{
    char *end = memmem(text, size, "\n\n", 2);
    size_t count = 0;

    request->params = params;
    request->body = end == NULL ? (struct str){text, size}
                                : (struct str){end + 2, size - (size_t)(end + 2 - text)};
    if (end == NULL)
        return;
    *end = '\0';
    for (char *line; count < MOST && (line = strsep(&text, "\n")) != NULL;)
        params[count++] = line;
}

static void
must_be_error(struct ctx *ctx)
{
    struct err err = {.kind = ERR_NONE};
    struct json_object *tree, *error;

    assert(ctx->reply.status >= 400);
    assert(js_parse(ctx->arena, (struct str){ctx->reply.body.data, ctx->reply.body.len}, &tree,
                    &err));
    error = js_find(tree, "error");
    assert(js_long(js_find(error, "code"), 0) < 0 && js_str(js_find(error, "message")).len > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(4096);
    char *text = arena_take(arena, size + 1), *params[MOST + 1] = {NULL};
    struct request request = {.method = "POST", .id = "r"};
    struct ctx ctx = {.arena = arena, .request = &request};
    char round[UUID_TEXT];
    struct json_object *tree;
    struct rpc rpc;
    long number;

    memcpy(text, data, size);
    request_of(text, size, params, &request);
    reply_start(&ctx.reply, arena);
    if (rpc_parse(&ctx, &tree) && rpc_read(&ctx, tree, &rpc) && era_check(&ctx, &rpc))
        assert((rpc.method.at != NULL || rpc.is_answer) && rpc.version != NULL &&
               (!push_id(str_of(rpc.id), round, &number) || number >= 0));
    else
        must_be_error(&ctx);
    arena_free(arena);
    return 0;
}
