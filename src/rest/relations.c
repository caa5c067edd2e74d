/*
 * relations: /v1/collections/:name/relations and predicates: what is said of entities, and when
 * it held.
 */
#include "rest/relations.h"

#include "base/js.h"
#include "graph/entity.h"
#include "graph/relation.h"
#include "rest/args.h"
#include "rest/body.h"

#include <limits.h>

#define LISTED_MOST 1000

#define NAME      "{\"type\":\"string\",\"minLength\":1,\"maxLength\":1000}"
#define TIME      "{\"type\":\"string\",\"maxLength\":64}"
#define PREDICATE "{\"type\":\"string\",\"minLength\":1,\"maxLength\":100}"
#define PLACE     "{\"type\":\"integer\",\"minimum\":0,\"maximum\":2147483647}"
#define EVIDENCE                                                                               \
    "{\"type\":\"array\",\"maxItems\":100,\"items\":{\"type\":\"object\",\"required\":["       \
    "\"record\"],\"additionalProperties\":false,\"properties\":{\"record\":{\"type\":"         \
    "\"string\",\"minLength\":1,\"maxLength\":1024},\"start\":" PLACE ",\"end\":" PLACE        \
    ",\"quote\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":100000},\"confidence\":{"   \
    "\"type\":\"number\",\"minimum\":0,\"maximum\":1}}}}"

static const char put_schema[] =
    "{\"type\":\"object\",\"required\":[\"relations\"],\"additionalProperties\":false,"
    "\"properties\":{\"relations\":{\"type\":\"array\",\"minItems\":1,\"maxItems\":1000,"
    "\"items\":{\"type\":\"object\",\"required\":[\"subject\",\"predicate\"],"
    "\"additionalProperties\":false,\"properties\":{\"subject\":" NAME
    ",\"predicate\":" PREDICATE ",\"object\":" NAME
    ",\"value\":{\"type\":\"string\",\"maxLength\":10000},"
    "\"valid_from\":" TIME ",\"valid_to\":" TIME ",\"evidence\":" EVIDENCE "}}}}}";
static const char end_schema[] = "{\"type\":\"object\",\"additionalProperties\":false,"
                                 "\"properties\":{\"at\":" TIME "}}";
static const char forget_schema[] =
    "{\"type\":\"object\",\"required\":[\"extractor\"],\"additionalProperties\":false,"
    "\"properties\":{\"extractor\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":256}}}";
static const char predicate_schema[] =
    "{\"type\":\"object\",\"required\":[\"predicate\",\"functional\"],"
    "\"additionalProperties\":false,\"properties\":{\"predicate\":" PREDICATE
    ",\"functional\":{\"type\":\"boolean\"}}}";

/* The document that the statement made is the answer. */
static bool
answer(struct ctx *ctx, struct pipe *pipe, struct call *call, int status)
{
    if (!body_run(ctx, pipe))
        return false;
    emit_raw(reply_json(&ctx->reply, status), NULL, call_cell(call, 0, 0).at);
    return true;
}

static struct relation_evidence
evidence_of(struct json_object *given)
{
    return (struct relation_evidence){.record = js_str(js_find(given, "record")),
                                      .quote = js_str(js_find(given, "quote")),
                                      .start = js_long(js_find(given, "start"), -1),
                                      .end = js_long(js_find(given, "end"), -1),
                                      .confidence =
                                          js_double(js_find(given, "confidence"), -1)};
}

static bool
relation_of(struct ctx *ctx, struct json_object *given, struct relation *relation_out)
{
    struct json_object *evidence = js_find(given, "evidence");
    size_t count = js_count(evidence);
    struct relation_evidence *list = arena_take(ctx->arena, (count + 1) * sizeof *list);

    for (size_t i = 0; i < count; i++)
        list[i] = evidence_of(js_item(evidence, i));
    *relation_out = (struct relation){.subject = js_str(js_find(given, "subject")),
                                      .predicate = js_str(js_find(given, "predicate")),
                                      .object = js_str(js_find(given, "object")),
                                      .value = js_str(js_find(given, "value")),
                                      .valid_from = js_str(js_find(given, "valid_from")),
                                      .valid_to = js_str(js_find(given, "valid_to")),
                                      .evidence = list,
                                      .evidence_count = count};
    if ((relation_out->object.at == NULL) == (relation_out->value.at == NULL))
        return err_set(&ctx->err, ERR_SHAPE,
                       "give each relation an object (an entity) or a value (a text)");
    return true;
}

bool
relations_put(struct ctx *ctx)
{
    struct json_object *args, *given;
    struct relation relation;
    struct pipe *pipe;
    struct call *call;
    struct emit json;
    struct buf buf;

    if (!args_read(ctx, put_schema, &args))
        return false;
    given = js_find(args, "relations");
    buf_start(&buf, ctx->arena, 1024);
    emit_start(&json, &buf);
    emit_array(&json, NULL);
    for (size_t i = 0; i < js_count(given); i++)
        if (!relation_of(ctx, js_item(given, i), &relation) ||
            !relation_emit(ctx->arena, &json, &relation, &ctx->err))
            return false;
    emit_array_end(&json);
    call = body_call(ctx, STMT_relation_put, &pipe);
    call_text(call, buf.data);
    return answer(ctx, pipe, call, 200);
}

/* The key of an entity that the query names, absent when it names none. */
static bool
query_key(struct ctx *ctx, const char *name, struct str *key_out)
{
    struct str asked = request_query(ctx->request, ctx->arena, name);

    *key_out = asked.at == NULL ? asked : entity_key(ctx->arena, asked);
    return asked.at == NULL || key_out->at != NULL ||
           err_set(&ctx->err, ERR_SHAPE, "%s must have letters or digits, at most %d bytes",
                   name, ENTITY_KEY_MAX);
}

bool
relations_list(struct ctx *ctx)
{
    const struct request *asked = ctx->request;
    long limit = 100, offset = 0;
    struct str subject = {NULL, 0}, object = {NULL, 0};
    struct pipe *pipe;
    struct call *call;

    if (!request_query_long(asked, ctx->arena, "limit", 0, LISTED_MOST, &limit, &ctx->err) ||
        !request_query_long(asked, ctx->arena, "offset", 0, 1000000000, &offset, &ctx->err) ||
        !query_key(ctx, "subject", &subject) || !query_key(ctx, "object", &object))
        return false;
    call = body_call(ctx, STMT_relation_list, &pipe);
    call_str(call, subject);
    call_str(call, request_query(asked, ctx->arena, "predicate"));
    call_str(call, object);
    call_str(call, request_query(asked, ctx->arena, "as_of"));
    call_str(call, request_query(asked, ctx->arena, "known_at"));
    call_long(call, limit);
    call_long(call, offset);
    return answer(ctx, pipe, call, 200);
}

/* A statement about the relation of the path; NULL and an error when that is no number. */
static struct call *
call_of_one(struct ctx *ctx, enum stmt_id stmt, struct pipe **pipe_out)
{
    struct str name = ctx_param(ctx, "relation");
    struct call *call;
    long id;

    if (!str_to_long(name, 1, LONG_MAX, &id)) {
        err_set(&ctx->err, ERR_MISSING, "relation %.100s does not exist", name.at);
        return NULL;
    }
    call = body_call(ctx, stmt, pipe_out);
    call_long(call, id);
    return call;
}

bool
relations_get(struct ctx *ctx)
{
    struct pipe *pipe;
    struct call *call = call_of_one(ctx, STMT_relation_get, &pipe);

    return call != NULL && answer(ctx, pipe, call, 200);
}

bool
relations_end(struct ctx *ctx)
{
    struct json_object *args;
    struct pipe *pipe;
    struct call *call;

    if (!args_read(ctx, end_schema, &args))
        return false;
    call = call_of_one(ctx, STMT_relation_end, &pipe);
    if (call == NULL)
        return false;
    call_str(call, js_str(js_find(args, "at")));
    return answer(ctx, pipe, call, 200);
}

bool
relations_delete(struct ctx *ctx)
{
    struct pipe *pipe;

    if (call_of_one(ctx, STMT_relation_delete, &pipe) == NULL || !body_run(ctx, pipe))
        return false;
    ctx->reply.status = 204;
    return true;
}

bool
relations_forget(struct ctx *ctx)
{
    struct json_object *args;
    struct pipe *pipe;
    struct call *call;
    struct emit *emit;

    if (!args_read(ctx, forget_schema, &args))
        return false;
    call = body_call(ctx, STMT_relation_forget, &pipe);
    call_str(call, js_str(js_find(args, "extractor")));
    if (!body_run(ctx, pipe))
        return false;
    emit = reply_json(&ctx->reply, 200);
    emit_object(emit, NULL);
    emit_long(emit, "deleted", call_cell_long(call, 0, 0));
    emit_object_end(emit);
    return true;
}

bool
relations_predicates(struct ctx *ctx)
{
    struct pipe *pipe;
    struct call *call = body_call(ctx, STMT_relation_predicates, &pipe);

    return answer(ctx, pipe, call, 200);
}

bool
relations_predicate_set(struct ctx *ctx)
{
    struct json_object *args;
    struct pipe *pipe;
    struct call *call;

    if (!args_read(ctx, predicate_schema, &args))
        return false;
    call = body_call(ctx, STMT_relation_predicate_set, &pipe);
    call_str(call, js_str(js_find(args, "predicate")));
    call_bool(call, js_bool(js_find(args, "functional"), false));
    if (!body_run(ctx, pipe))
        return false;
    ctx->reply.status = 204;
    return true;
}
