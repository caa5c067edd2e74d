/*
 * collection: named sets of records with one dimension, one space and one embedder.
 */
#include "store/collection.h"

void
collection_wish_start(struct collection_wish *wish, struct str database)
{
    *wish = (struct collection_wish){
        .database = database, .space = STR("cosine"), .language = STR("english")};
}

static bool
scan_space(struct scan *scan, struct str *space)
{
    return scan_string(scan, space) &&
           (str_is(*space, "cosine") || str_is(*space, "l2") || str_is(*space, "ip") ||
            scan_refuse(scan, ERR_SHAPE, "must be cosine, l2 or ip"));
}

/* null and "none" both say that embeddings are given and never made here. */
static bool
scan_embedder(struct scan *scan, struct collection_wish *wish)
{
    wish->embedder_said = true;
    if (!scan_null(scan) && !scan_string(scan, &wish->embedder))
        return false;
    if (str_is(wish->embedder, "none"))
        wish->embedder = (struct str){0};
    return true;
}

static bool
scan_metadata(struct scan *scan, struct str *metadata)
{
    if (scan_null(scan))
        return true;
    if (scan_peek(scan) != SCAN_OBJECT)
        return scan_refuse(scan, ERR_SHAPE, "must be an object");
    return scan_raw(scan, metadata);
}

/* {"title": 2}: kept as it is written once every weight is seen to be one. */
static bool
scan_weights(struct scan *scan, struct str *weights)
{
    const char *begin;
    struct str name;
    long weight;
    int count = 0;

    if (scan_null(scan))
        return true;
    if (scan_peek(scan) != SCAN_OBJECT)
        return scan_refuse(scan, ERR_SHAPE, "must be an object of weights from 1 to 8");
    begin = scan->at;
    for (scan_object(scan); scan_member(scan, &name); count++) {
        if (!scan_long(scan, 1, COLLECTION_WEIGHT_MOST, &weight))
            return false;
        if (count == COLLECTION_WEIGHTS)
            return scan_refuse(scan, ERR_SHAPE, "is one field too many");
    }
    *weights = (struct str){begin, (size_t)(scan->at - begin)};
    return scan->err->kind == ERR_NONE;
}

static bool
wish_member(struct scan *scan, struct str name, struct collection_wish *wish)
{
    if (str_is(name, "name"))
        return scan_string(scan, &wish->name);
    if (str_is(name, "dimension"))
        return scan_null(scan) || scan_long(scan, 1, 16000, &wish->dimension);
    if (str_is(name, "space"))
        return scan_space(scan, &wish->space);
    if (str_is(name, "embedder"))
        return scan_embedder(scan, wish);
    if (str_is(name, "language"))
        return scan_string(scan, &wish->language);
    if (str_is(name, "weights"))
        return scan_weights(scan, &wish->weights);
    if (str_is(name, "metadata"))
        return scan_metadata(scan, &wish->metadata);
    if (str_is(name, "if_missing"))
        return scan_bool(scan, &wish->if_missing);
    return scan_refuse(scan, ERR_SHAPE, "is not a member of a collection");
}

bool
collection_wish_scan(struct scan *scan, struct collection_wish *wish)
{
    struct str name;

    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        if (!wish_member(scan, name, wish))
            return false;
    }
    if (scan->err->kind != ERR_NONE)
        return false;
    if (wish->name.at == NULL)
        return err_set(scan->err, ERR_SHAPE,
                       "name is missing: say what to call the collection");
    return true;
}

bool
collection_wish_fit(struct collection_wish *wish, const struct embed *embed, struct err *err)
{
    if (embed == NULL)
        return true;
    if (!wish->embedder_said &&
        (wish->dimension == 0 || (size_t)wish->dimension == embed_dims(embed)))
        wish->embedder = str_of(embed_model(embed));
    if (!str_is(wish->embedder, embed_model(embed)))
        return true;
    if (wish->dimension != 0 && (size_t)wish->dimension != embed_dims(embed))
        return err_set(err, ERR_SHAPE, "dimension must be %zu, as %s makes it",
                       embed_dims(embed), embed_model(embed));
    wish->dimension = (long)embed_dims(embed);
    return true;
}

struct call *
collection_create(struct pipe *pipe, const struct collection_wish *wish)
{
    struct call *call = pipe_add(pipe, STMT_collection_create);

    call_str(call, wish->database);
    call_str(call, wish->name);
    if (wish->dimension == 0)
        call_null(call);
    else
        call_long(call, wish->dimension);
    call_str(call, wish->space);
    call_str(call, wish->embedder);
    call_str(call, wish->language);
    call_str(call, wish->metadata);
    call_bool(call, wish->if_missing);
    call_str(call, wish->weights);
    return call;
}

static bool
change_member(struct scan *scan, struct str name, struct collection_wish *wish)
{
    if (wish->name.at == NULL && str_is(name, "name"))
        return scan_string(scan, &wish->name);
    if (str_is(name, "language"))
        return scan_string(scan, &wish->language);
    if (str_is(name, "weights"))
        return scan_weights(scan, &wish->weights);
    return scan_refuse(scan, ERR_SHAPE,
                       "is not what can be changed of a collection: language and weights are");
}

bool
collection_change_scan(struct scan *scan, struct collection_wish *wish)
{
    struct str name;

    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        if (!change_member(scan, name, wish))
            return false;
    }
    if (scan->err->kind != ERR_NONE)
        return false;
    if (wish->language.at == NULL && wish->weights.at == NULL)
        return err_set(scan->err, ERR_SHAPE, "say language, weights, or both");
    return true;
}

struct call *
collection_change(struct pipe *pipe, const struct collection_wish *wish)
{
    struct call *call = pipe_add(pipe, STMT_collection_change);

    call_str(call, wish->database);
    call_str(call, wish->name);
    call_str(call, wish->language);
    call_str(call, wish->weights);
    return call;
}

struct call *
collection_drop(struct pipe *pipe, struct str database, struct str name)
{
    struct call *call = pipe_add(pipe, STMT_collection_drop);

    call_str(call, database);
    call_str(call, name);
    return call;
}

struct call *
collection_describe(struct pipe *pipe, struct str database, struct str name, long limit,
                    long offset)
{
    struct call *call = pipe_add(pipe, STMT_collection_describe);

    call_str(call, database);
    call_str(call, name);
    call_long(call, limit);
    call_long(call, offset);
    return call;
}

static void
emit_index(const struct call *call, size_t row, struct emit *emit)
{
    emit_object(emit, "index");
    emit_str(emit, "state", call_cell(call, row, 7));
    emit_str(emit, "note", call_cell(call, row, 8));
    emit_object_end(emit);
}

void
collection_emit(const struct call *call, size_t row, struct emit *emit, const char *name)
{
    emit_object(emit, name);
    emit_str(emit, "id", call_cell(call, row, 0));
    emit_str(emit, "name", call_cell(call, row, 1));
    if (call_is_null(call, row, 2))
        emit_null(emit, "dimension");
    else
        emit_long(emit, "dimension", call_cell_long(call, row, 2));
    emit_str(emit, "space", call_cell(call, row, 3));
    emit_str(emit, "embedder", call_cell(call, row, 4));
    emit_str(emit, "language", call_cell(call, row, 5));
    emit_raw(emit, "weights", call_cell(call, row, 15).at);
    emit_raw(emit, "metadata", call_cell(call, row, 6).at);
    emit_index(call, row, emit);
    emit_long(emit, "count", call_cell_long(call, row, 9));
    emit_long(emit, "embedded", call_cell_long(call, row, 10));
    emit_long(emit, "words", call_cell_long(call, row, 11));
    emit_long(emit, "bytes", call_cell_long(call, row, 12));
    emit_str(emit, "created_at", call_cell(call, row, 13));
    emit_str(emit, "changed_at", call_cell(call, row, 14));
    emit_raw(emit, "changing", call_cell(call, row, 16).at);
    emit_object_end(emit);
}

struct str
collection_name(const struct call *call, size_t row)
{
    return call_cell(call, row, 1);
}

long
collection_dimension(const struct call *call, size_t row)
{
    return call_is_null(call, row, 2) ? 0 : call_cell_long(call, row, 2);
}

long
collection_count(const struct call *call, size_t row)
{
    return call_cell_long(call, row, 9);
}

long
collection_bytes(const struct call *call, size_t row)
{
    return call_cell_long(call, row, 12);
}
