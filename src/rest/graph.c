/*
 * graph: /v1/collections/:name/entities and what else asks for what records speak of.
 */
#include "rest/graph.h"

#include "graph/entity.h"
#include "rest/body.h"

#define LISTED_MOST 1000
#define STEPS_MOST  6

static bool
page(struct ctx *ctx, long *limit, long *offset)
{
    return request_query_long(ctx->request, ctx->arena, "limit", 0, LISTED_MOST, limit,
                              &ctx->err) &&
           request_query_long(ctx->request, ctx->arena, "offset", 0, 1000000000, offset,
                              &ctx->err);
}

/* The key of a name that somebody wrote. */
static bool
key_of(struct ctx *ctx, const char *member, struct str name, struct str *key_out)
{
    if (name.at == NULL)
        return err_set(&ctx->err, ERR_SHAPE, "%s is missing: name an entity", member);
    *key_out = entity_key(ctx->arena, name);
    return key_out->at != NULL ||
           err_set(&ctx->err, ERR_SHAPE, "%s must have letters or digits, at most %d bytes",
                   member, ENTITY_KEY_MAX);
}

bool
graph_export(struct ctx *ctx)
{
    long limit = LISTED_MOST, offset = 0;
    struct pipe *pipe;
    struct call *call;

    if (!page(ctx, &limit, &offset))
        return false;
    call = body_call(ctx, STMT_graph_export, &pipe);
    call_long(call, limit);
    call_long(call, offset);
    return body_tell(ctx, pipe, call);
}

bool
graph_entities(struct ctx *ctx)
{
    struct str asked = request_query(ctx->request, ctx->arena, "q");
    long limit = 100, offset = 0;
    struct pipe *pipe;
    struct call *call;

    if (!page(ctx, &limit, &offset))
        return false;
    call = body_call(ctx, STMT_graph_entities, &pipe);
    call_str(call, asked.at == NULL ? asked : entity_key(ctx->arena, asked));
    call_long(call, limit);
    call_long(call, offset);
    return body_tell(ctx, pipe, call);
}

bool
graph_entity(struct ctx *ctx)
{
    struct str key = {NULL, 0};
    long limit = 20;
    struct pipe *pipe;
    struct call *call;

    if (!request_query_long(ctx->request, ctx->arena, "limit", 0, LISTED_MOST, &limit,
                            &ctx->err) ||
        !key_of(ctx, "the entity", ctx_param(ctx, "entity"), &key))
        return false;
    call = body_call(ctx, STMT_graph_entity, &pipe);
    call_str(call, key);
    call_long(call, limit);
    return body_tell(ctx, pipe, call);
}

/* Two names and a number of a body, as far as its route knows them. */
struct asked {
    const char *first, *second; /* names of the members; NULL: there is none */
    struct str names[2];
    bool counts;
    long steps;
};

static bool
asked_member(struct scan *scan, struct str name, struct asked *asked)
{
    if (str_is(name, asked->first))
        return scan_string(scan, &asked->names[0]);
    if (asked->second != NULL && str_is(name, asked->second))
        return scan_string(scan, &asked->names[1]);
    if (asked->counts && str_is(name, "hops"))
        return scan_long(scan, 1, STEPS_MOST, &asked->steps);
    return scan_refuse(scan, ERR_SHAPE, "is not known here");
}

/* The keys take the names' places. */
static bool
asked_read(struct ctx *ctx, struct asked *asked)
{
    struct scan scan;
    struct str name;

    if (!body_scan(ctx, &scan) || !scan_object(&scan))
        return false;
    while (scan_member(&scan, &name)) {
        if (!asked_member(&scan, name, asked))
            return false;
    }
    return scan_end(&scan) && key_of(ctx, asked->first, asked->names[0], &asked->names[0]) &&
           (asked->second == NULL ||
            key_of(ctx, asked->second, asked->names[1], &asked->names[1]));
}

bool
graph_path(struct ctx *ctx)
{
    struct asked asked = {.first = "from", .second = "to", .counts = true, .steps = 4};
    struct pipe *pipe;
    struct call *call;

    if (!asked_read(ctx, &asked))
        return false;
    call = body_call(ctx, STMT_graph_path, &pipe);
    call_str(call, asked.names[0]);
    call_str(call, asked.names[1]);
    call_long(call, asked.steps);
    return body_tell(ctx, pipe, call);
}

bool
graph_merge(struct ctx *ctx)
{
    struct asked asked = {.first = "entity", .second = "into"};
    struct pipe *pipe;
    struct call *call;

    if (!asked_read(ctx, &asked))
        return false;
    call = body_call(ctx, STMT_graph_merge, &pipe);
    call_str(call, asked.names[0]);
    call_str(call, asked.names[1]);
    return body_tell(ctx, pipe, call);
}

bool
graph_unmerge(struct ctx *ctx)
{
    struct asked asked = {.first = "entity"};
    struct pipe *pipe;
    struct call *call;

    if (!asked_read(ctx, &asked))
        return false;
    call = body_call(ctx, STMT_graph_unmerge, &pipe);
    call_str(call, asked.names[0]);
    return body_tell(ctx, pipe, call);
}

bool
graph_related(struct ctx *ctx)
{
    long limit = 10;
    struct pipe *pipe;
    struct call *call;

    if (!request_query_long(ctx->request, ctx->arena, "limit", 1, 100, &limit, &ctx->err))
        return false;
    call = body_call(ctx, STMT_graph_related, &pipe);
    call_str(call, ctx_param(ctx, "id"));
    call_long(call, limit);
    return body_tell(ctx, pipe, call);
}

bool
graph_communities(struct ctx *ctx)
{
    long limit = 20, offset = 0;
    struct pipe *pipe;
    struct call *call;

    if (!page(ctx, &limit, &offset))
        return false;
    call = body_call(ctx, STMT_community_list, &pipe);
    call_long(call, limit);
    call_long(call, offset);
    return body_tell(ctx, pipe, call);
}
