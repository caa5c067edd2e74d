/*
 * collections: Chroma's collections, one function a verb.
 */
#include "chroma/collections.h"

#include "base/conf.h"
#include "base/uuid.h"
#include "chroma/attributes.h"
#include "chroma/config.h"
#include "chroma/schema.h"
#include "chroma/title.h"
#include "chroma/wire.h"

#include <string.h>

enum column {
    COLUMN_ID,
    COLUMN_NAME,
    COLUMN_DIMENSION,
    COLUMN_SPACE,
    COLUMN_METADATA,
    COLUMN_CONFIGURATION,
    COLUMN_SCHEMA,
    COLUMN_KEYS,
    COLUMN_TENANT,
    COLUMN_DATABASE
};

struct wish {
    struct str name;
    struct attributes metadata;
    struct config configuration;
    struct chroma_schema_given schema;
    bool get_or_create;
};

/* A column of JSON as a tree; the database wrote it. */
static bool
tree_of(struct ctx *ctx, const struct call *call, size_t row, enum column column,
        struct json_object **tree_out)
{
    struct str text = call_cell(call, row, (int)column);

    *tree_out = NULL;
    return text.at == NULL || js_parse(ctx->arena, text, tree_out, &ctx->err);
}

static bool
collection_emit(struct ctx *ctx, const struct call *call, size_t row, struct emit *json)
{
    struct chroma_schema schema = {.space = call_cell(call, row, COLUMN_SPACE)};
    struct json_object *metadata;

    if (!tree_of(ctx, call, row, COLUMN_METADATA, &metadata) ||
        !tree_of(ctx, call, row, COLUMN_CONFIGURATION, &schema.configuration) ||
        !tree_of(ctx, call, row, COLUMN_SCHEMA, &schema.given) ||
        !tree_of(ctx, call, row, COLUMN_KEYS, &schema.seen))
        return false;
    emit_object(json, NULL);
    emit_str(json, "id", call_cell(call, row, COLUMN_ID));
    emit_str(json, "name", call_cell(call, row, COLUMN_NAME));
    config_emit(json, "configuration_json", schema.space, schema.configuration, ctx->arena);
    chroma_schema_emit(json, "schema", &schema, ctx->arena);
    attributes_emit(json, "metadata", metadata, ctx->arena);
    if (call_is_null(call, row, COLUMN_DIMENSION))
        emit_null(json, "dimension");
    else
        emit_long(json, "dimension", call_cell_long(call, row, COLUMN_DIMENSION));
    emit_str(json, "tenant", call_cell(call, row, COLUMN_TENANT));
    emit_str(json, "database", call_cell(call, row, COLUMN_DATABASE));
    emit_long(json, "log_position", 0); /* the log that Chroma counts here is Postgres' own */
    emit_long(json, "version", 0);
    emit_object_end(json);
    return true;
}

static bool
wish_member(struct scan *scan, struct str name, struct wish *wish)
{
    if (str_is(name, "name"))
        return scan_string(scan, &wish->name);
    if (str_is(name, "metadata"))
        return attributes_scan(scan, "metadata", false, &wish->metadata);
    if (str_is(name, "configuration"))
        return config_scan(scan, &wish->configuration);
    if (str_is(name, "schema"))
        return chroma_schema_scan(scan, &wish->schema);
    if (str_is(name, "get_or_create"))
        return scan_bool(scan, &wish->get_or_create);
    return scan_skip(scan);
}

static bool
pass_on(const struct err *refused, struct err *err)
{
    return refused->kind == ERR_NONE || err_set(err, refused->kind, "%s", refused->text);
}

/* A schema and a configuration may both be given when one of them says nothing. */
static bool
wish_settle(struct wish *wish, struct err *err)
{
    if (!config_join(&wish->configuration, &wish->metadata.legacy, err))
        return false;
    if (wish->schema.json.at != NULL) {
        if (!config_is_default(&wish->configuration))
            return err_set(err, ERR_INPUT,
                           "Failed to reconcile schema: Cannot set both collection config and "
                           "schema simultaneously");
        wish->configuration = wish->schema.vector;
    }
    if (wish->configuration.space.at == NULL)
        wish->configuration.space = STR("l2");
    return true;
}

static bool
wish_scan(struct ctx *ctx, struct wish *wish)
{
    struct scan scan;
    struct str name;

    *wish = (struct wish){.get_or_create = false};
    if (!wire_scan(ctx, &scan) || !scan_object(&scan))
        return false;
    while (scan_member(&scan, &name)) {
        if (!wish_member(&scan, name, wish))
            return false;
    }
    if (!scan_end(&scan))
        return false;
    if (wish->name.at == NULL)
        return err_set(&ctx->err, ERR_SHAPE, "missing field `name`");
    return pass_on(&wish->metadata.refused, &ctx->err) &&
           title_check(wish->name, "Validation error: name: ", &ctx->err) &&
           pass_on(&wish->schema.refused, &ctx->err) && wish_settle(wish, &ctx->err);
}

static struct call *
by_name(struct ctx *ctx, struct pipe *pipe, struct str name)
{
    struct call *call = pipe_add(pipe, STMT_chroma_collection_by_name);

    call_str(call, wire_database(ctx));
    call_str(call, name);
    return call;
}

/* Run the pipe and answer with the one collection that `call` finds. */
static bool
answer_one(struct ctx *ctx, struct pipe *pipe, const struct call *call)
{
    return wire_run(ctx, pipe) && collection_emit(ctx, call, 0, reply_json(&ctx->reply, 200));
}

bool
chroma_collections_create(struct ctx *ctx)
{
    struct pipe *pipe;
    struct wish wish;
    struct call *call;

    if (!wish_scan(ctx, &wish))
        return false;
    pipe = wire_pipe(ctx);
    call = pipe_add(pipe, STMT_chroma_collection_create);
    call_str(call, wire_database(ctx));
    call_str(call, wish.name);
    call_str(call, wish.configuration.space);
    call_str(call, wish.metadata.json);
    call_str(call, config_stored(&wish.configuration, false, ctx->arena));
    call_str(call, wish.schema.json);
    call_bool(call, wish.get_or_create);
    return answer_one(ctx, pipe, by_name(ctx, pipe, wish.name));
}

bool
chroma_collections_list(struct ctx *ctx)
{
    struct pipe *pipe = wire_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_chroma_collection_list);
    long limit, offset;
    struct emit *json;

    if (!wire_page(ctx, &limit, &offset))
        return false;
    call_str(call, wire_database(ctx));
    call_long(call, limit);
    call_long(call, offset);
    if (!wire_run_or_nothing(ctx, pipe))
        return false;
    json = reply_json(&ctx->reply, 200);
    emit_array(json, NULL);
    for (size_t row = 0; row < call_rows(call); row++)
        if (!collection_emit(ctx, call, row, json))
            return false;
    emit_array_end(json);
    return true;
}

bool
chroma_collections_count(struct ctx *ctx)
{
    struct pipe *pipe = wire_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_chroma_collection_count);

    call_str(call, wire_database(ctx));
    if (!wire_run_or_nothing(ctx, pipe))
        return false;
    emit_long(reply_json(&ctx->reply, 200), NULL,
              call_rows(call) == 0 ? 0 : call_cell_long(call, 0, 0));
    return true;
}

bool
chroma_collections_get(struct ctx *ctx)
{
    struct pipe *pipe = wire_pipe(ctx);

    return answer_one(ctx, pipe, by_name(ctx, pipe, ctx_param(ctx, "collection")));
}

bool
chroma_collections_by_id(struct ctx *ctx)
{
    struct pipe *pipe = wire_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_chroma_collection_by_id);
    struct str uuid = ctx_param(ctx, "collection");

    if (!uuid_is(uuid))
        return err_set(&ctx->err, ERR_INPUT,
                       "Validation error: collection_id: Invalid collection ID format, "
                       "expected UUID");
    call_str(call, wire_database(ctx));
    call_str(call, uuid);
    return answer_one(ctx, pipe, call);
}

/* "tenant:database:collection"; the tenant by its resource name or its own. */
static bool
crn_split(struct str crn, struct str part[3])
{
    for (int i = 0; i < 2; i++) {
        const char *colon = crn.len == 0 ? NULL : memchr(crn.at, ':', crn.len);

        if (colon == NULL || colon == crn.at)
            return false;
        part[i] = (struct str){crn.at, (size_t)(colon - crn.at)};
        crn = (struct str){colon + 1, crn.len - part[i].len - 1};
    }
    part[2] = crn;
    return crn.len > 0 && memchr(crn.at, ':', crn.len) == NULL;
}

bool
chroma_collections_by_crn(struct ctx *ctx)
{
    struct str part[3];
    struct pipe *pipe;
    struct call *call;

    if (!crn_split(ctx_param(ctx, "crn"), part))
        return err_set(&ctx->err, ERR_INPUT,
                       "Invalid CRN: expected tenant:database:collection");
    pipe = wire_pipe(ctx);
    call = pipe_add(pipe, ctx->claims.kind == CLAIMS_OPEN ? STMT_chroma_tenant_enter
                                                          : STMT_chroma_tenant_called);
    call_str(call, part[0]);
    call = pipe_add(pipe, STMT_chroma_collection_by_name);
    call_str(call, part[1]);
    call_str(call, part[2]);
    return answer_one(ctx, pipe, call);
}

static bool
change_member(struct scan *scan, struct str name, struct wish *wish)
{
    if (str_is(name, "new_name"))
        return scan_null(scan) || scan_string(scan, &wish->name);
    if (str_is(name, "new_metadata"))
        return attributes_scan(scan, "new_metadata", true, &wish->metadata);
    if (str_is(name, "new_configuration"))
        return config_scan_change(scan, &wish->configuration);
    return scan_skip(scan);
}

static bool
change_scan(struct ctx *ctx, struct wish *wish)
{
    struct scan scan;
    struct str name;

    *wish = (struct wish){.get_or_create = false};
    if (!wire_scan(ctx, &scan) || !scan_object(&scan))
        return false;
    while (scan_member(&scan, &name)) {
        if (!change_member(&scan, name, wish))
            return false;
    }
    if (!scan_end(&scan))
        return false;
    return pass_on(&wish->metadata.refused, &ctx->err) &&
           (wish->name.at == NULL ||
            title_check(wish->name, "Validation error: new_name: ", &ctx->err));
}

bool
chroma_collections_change(struct ctx *ctx)
{
    struct pipe *pipe = wire_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_chroma_collection_change);
    struct wish wish;
    struct str uuid;

    if (!wire_collection(ctx, &uuid) || !change_scan(ctx, &wish))
        return false;
    call_str(call, wire_database(ctx));
    call_str(call, uuid);
    call_str(call, wish.name);
    call_str(call, wish.metadata.json);
    call_str(call, config_hnsw(&wish.configuration, ctx->arena));
    call_str(call, wish.configuration.embedding_function);
    if (!wire_run(ctx, pipe))
        return false;
    wire_done(ctx, 200);
    return true;
}

bool
chroma_collections_delete(struct ctx *ctx)
{
    struct pipe *pipe = wire_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_chroma_collection_drop);

    call_str(call, wire_database(ctx));
    call_str(call, ctx_param(ctx, "collection"));
    if (!wire_run(ctx, pipe))
        return false;
    wire_done(ctx, 200);
    return true;
}

static bool
fork_scan(struct ctx *ctx, struct str *new_name)
{
    struct scan scan;
    struct str name;

    *new_name = (struct str){NULL, 0};
    if (!wire_scan(ctx, &scan) || !scan_object(&scan))
        return false;
    while (scan_member(&scan, &name)) {
        if (!(str_is(name, "new_name") ? scan_string(&scan, new_name) : scan_skip(&scan)))
            return false;
    }
    if (!scan_end(&scan))
        return false;
    if (new_name->at == NULL)
        return err_set(&ctx->err, ERR_SHAPE, "missing field `new_name`");
    return title_check(*new_name, "Validation error: new_name: ", &ctx->err);
}

bool
chroma_collections_fork(struct ctx *ctx)
{
    struct str uuid, new_name;
    struct pipe *pipe;
    struct call *call;

    if (!wire_collection(ctx, &uuid) || !fork_scan(ctx, &new_name))
        return false;
    pipe = wire_pipe(ctx);
    call = pipe_add(pipe, STMT_chroma_collection_fork);
    call_str(call, wire_database(ctx));
    call_str(call, uuid);
    call_str(call, new_name);
    return answer_one(ctx, pipe, by_name(ctx, pipe, new_name));
}

bool
chroma_collections_fork_count(struct ctx *ctx)
{
    struct pipe *pipe = wire_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_chroma_collection_forks);
    struct emit *json;
    struct str uuid;

    if (!wire_collection(ctx, &uuid))
        return false;
    call_str(call, wire_database(ctx));
    call_str(call, uuid);
    if (!wire_run(ctx, pipe))
        return false;
    json = reply_json(&ctx->reply, 200);
    emit_object(json, NULL);
    emit_long(json, "count", call_cell_long(call, 0, 0));
    emit_object_end(json);
    return true;
}

/* Chroma counts the operations of its log; here a record is one. */
bool
chroma_collections_progress(struct ctx *ctx)
{
    struct pipe *pipe = wire_pipe(ctx);
    struct call *call = pipe_add(pipe, STMT_chroma_collection_progress);
    long indexed, total;
    struct emit *json;
    struct str uuid;

    if (!wire_collection(ctx, &uuid))
        return false;
    call_str(call, wire_database(ctx));
    call_str(call, uuid);
    call_long(call, conf_long(CONF_index_threshold));
    if (!wire_run(ctx, pipe))
        return false;
    indexed = call_cell_long(call, 0, 0);
    total = call_cell_long(call, 0, 1);
    json = reply_json(&ctx->reply, 200);
    emit_object(json, NULL);
    emit_long(json, "num_indexed_ops", indexed);
    emit_long(json, "num_unindexed_ops", total - indexed);
    emit_long(json, "total_ops", total);
    emit_double(json, "op_indexing_progress", total == 0 ? 1 : (double)indexed / (double)total);
    emit_object_end(json);
    return true;
}

bool
chroma_collections_functions(struct ctx *ctx)
{
    return err_set(&ctx->err, ERR_UNAVAILABLE,
                   "Attached functions are not supported: follow the events of the collection "
                   "and run yours there");
}
