/*
 * payload: a batch of records, read column by column.
 */
#include "chroma/payload.h"

#include "chroma/vector64.h"
#include "store/record.h"

#include <string.h>

#define DIMS_MAX 16000 /* of pgvector */

void
payload_start(struct payload *payload, enum payload_verb verb, struct pipe *pipe,
              struct arena *arena)
{
    *payload = (struct payload){.arena = arena, .verb = verb};
    payload->vectors = array_new(pipe, ARRAY_VECTOR);
    typed_start(&payload->typed, arena, verb != PAYLOAD_ADD);
}

static struct str *
column_add(struct arena *arena, struct payload_column *column)
{
    if (column->count == column->room) {
        size_t room = column->room == 0 ? 16 : 2 * column->room;
        struct str *list = arena_take(arena, room * sizeof *list);

        if (column->count > 0)
            memcpy(list, column->list, column->count * sizeof *list);
        column->list = list;
        column->room = room;
    }
    return &column->list[column->count++];
}

/* False, without an error, when a column is null as a whole. */
static bool
column_begin(struct payload_column *column, struct scan *scan)
{
    if (column->is_given)
        return scan_refuse(scan, ERR_SHAPE, "stands twice");
    if (scan_null(scan) || !scan_array(scan))
        return false;
    column->is_given = true;
    return true;
}

static bool
ids_read(struct payload *payload, struct scan *scan)
{
    struct payload_column *column = &payload->ids;

    if (column->is_given || scan_peek(scan) == SCAN_NULL)
        return scan_refuse(scan, ERR_SHAPE, "must be one array of strings");
    if (!column_begin(column, scan))
        return false;
    while (scan_item(scan)) {
        struct str *id = column_add(payload->arena, column);

        if (!scan_string(scan, id))
            return false;
        if (id->len == 0)
            return err_set(scan->err, ERR_INPUT,
                           "Empty ID, ID must have at least one character");
        if (id->len > RECORD_ID_MAX)
            return err_set(scan->err, ERR_INPUT, "ids[%zu]: an ID has at most %d bytes",
                           column->count - 1, RECORD_ID_MAX);
    }
    return scan->err->kind == ERR_NONE;
}

static bool
texts_read(struct payload *payload, struct payload_column *column, struct scan *scan)
{
    if (!column_begin(column, scan))
        return scan->err->kind == ERR_NONE;
    while (scan_item(scan)) {
        struct str *text = column_add(payload->arena, column);

        if (!scan_null(scan) && !scan_string(scan, text))
            return false;
    }
    return scan->err->kind == ERR_NONE;
}

static bool
metadatas_read(struct payload *payload, struct scan *scan)
{
    struct payload_column *column = &payload->metadatas;

    if (!column_begin(column, scan))
        return scan->err->kind == ERR_NONE;
    while (scan_item(scan)) {
        struct str *json = column_add(payload->arena, column);

        if (!scan_null(scan) && !typed_read(&payload->typed, scan, column->count - 1, json))
            return false;
    }
    return scan->err->kind == ERR_NONE;
}

static bool
dims_check(struct payload *payload, size_t dims, struct err *err)
{
    if (dims == 0)
        return err_set(err, ERR_INPUT,
                       "Validation error: embeddings: Each embedding must have at least 1 "
                       "dimension");
    if (dims > DIMS_MAX)
        return err_set(err, ERR_INPUT,
                       "Validation error: embeddings: Each embedding has at most %d dimensions",
                       DIMS_MAX);
    if (payload->dims != 0 && payload->dims != dims)
        return err_set(err, ERR_INPUT, "Inconsistent dimensions in provided embeddings");
    payload->dims = dims;
    return true;
}

static bool
list_read(struct payload *payload, struct scan *scan, struct buf *floats)
{
    size_t dims;

    floats->len = 0;
    if (!scan_floats(scan, floats, &dims)) {
        if (strstr(scan->err->text, SCAN_BEYOND_FLOAT) != NULL)
            *scan->err = (struct err){.kind = ERR_INPUT,
                                      .text = "Validation error: embeddings: Embeddings must "
                                              "not contain NaN or Infinity values"};
        return false;
    }
    if (!dims_check(payload, dims, scan->err))
        return false;
    array_vector(payload->vectors, floats->data, dims);
    return true;
}

/* The rest of the body bounds what more can come: room for that is taken once. */
static bool
base64_read(struct payload *payload, struct scan *scan)
{
    struct str text;
    size_t dims;

    if (!payload->has_base64)
        array_expect(payload->vectors, (size_t)(scan->end - scan->at) / 4 * 3);
    if (!scan_string(scan, &text) || !vector64_dims(text, &dims, scan->err) ||
        !dims_check(payload, dims, scan->err))
        return false;
    payload->has_base64 = true;
    return vector64_read(text, payload->vectors_count,
                         array_vector_room(payload->vectors, dims), scan->err);
}

static bool
refuse_mixture(struct scan *scan)
{
    return err_set(scan->err, ERR_SHAPE,
                   "embeddings: data did not match any variant of untagged enum "
                   "EmbeddingsPayload");
}

static bool
vector_read(struct payload *payload, struct scan *scan, struct buf *floats)
{
    switch (scan_peek(scan)) {
    case SCAN_ARRAY:
        payload->has_lists = true;
        return payload->has_base64 ? refuse_mixture(scan) : list_read(payload, scan, floats);
    case SCAN_STRING:
        return payload->has_lists ? refuse_mixture(scan) : base64_read(payload, scan);
    case SCAN_NULL:
        if (payload->verb != PAYLOAD_UPDATE)
            return refuse_mixture(scan);
        array_null(payload->vectors);
        return scan_null(scan);
    case SCAN_BOOL:
    case SCAN_NUMBER:
    case SCAN_OBJECT: return refuse_mixture(scan);
    case SCAN_BAD: break;
    }
    return scan_skip(scan); /* says what is wrong */
}

static bool
vectors_read(struct payload *payload, struct payload_column *column, struct scan *scan)
{
    struct buf floats;

    if (payload->verb != PAYLOAD_UPDATE && scan_peek(scan) == SCAN_NULL)
        return refuse_mixture(scan);
    if (!column_begin(column, scan))
        return scan->err->kind == ERR_NONE;
    buf_start(&floats, payload->arena, 8192);
    for (; scan_item(scan); payload->vectors_count++)
        if (!vector_read(payload, scan, &floats))
            return false;
    return scan->err->kind == ERR_NONE;
}

static bool
member_read(struct payload *payload, struct payload_column *vectors, struct str name,
            struct scan *scan)
{
    if (str_is(name, "ids"))
        return ids_read(payload, scan);
    if (str_is(name, "embeddings"))
        return vectors_read(payload, vectors, scan);
    if (str_is(name, "documents"))
        return texts_read(payload, &payload->documents, scan);
    if (str_is(name, "metadatas"))
        return metadatas_read(payload, scan);
    if (str_is(name, "uris"))
        return texts_read(payload, &payload->uris, scan);
    return scan_skip(scan);
}

/* Which of several records with one id comes first, second, ...: each is a round of its own. */
static void
rounds_find(struct payload *payload)
{
    size_t count = payload->ids.count;
    unsigned *times = arena_take(payload->arena, (count + 1) * sizeof *times);
    struct names names;
    struct buf rounds;
    bool is_new, repeated = false;

    names_start(&names, payload->arena);
    buf_start(&rounds, payload->arena, 2 * count + 16);
    buf_byte(&rounds, '{');
    for (size_t i = 0; i < count; i++) {
        unsigned *before = &times[names_put(&names, payload->ids.list[i], &is_new)];

        repeated = repeated || !is_new;
        if (i > 0)
            buf_byte(&rounds, ',');
        buf_long(&rounds, *before);
        ++*before;
    }
    buf_byte(&rounds, '}');
    if (repeated)
        payload->rounds = rounds.data;
}

static bool
fits(const struct payload *payload, const struct payload_column *column)
{
    return !column->is_given || column->count == payload->ids.count;
}

bool
payload_read(struct payload *payload, struct scan *scan)
{
    struct payload_column vectors = {0};
    struct str name;

    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name))
        if (!member_read(payload, &vectors, name, scan))
            return false;
    if (scan->err->kind != ERR_NONE)
        return false;
    if (!payload->ids.is_given)
        return err_set(scan->err, ERR_SHAPE, "missing field `ids`");
    if (!vectors.is_given && payload->verb != PAYLOAD_UPDATE)
        return err_set(scan->err, ERR_SHAPE, "missing field `embeddings`");
    vectors.count = payload->vectors_count;
    if (!fits(payload, &vectors) || !fits(payload, &payload->documents) ||
        !fits(payload, &payload->metadatas) || !fits(payload, &payload->uris))
        return err_set(scan->err, ERR_INPUT,
                       "Inconsistent number of IDs, embeddings, documents, URIs and metadatas");
    rounds_find(payload);
    return true;
}

static void
column_bind(struct pipe *pipe, struct call *call, enum array_kind kind,
            const struct payload_column *column)
{
    struct array *array;

    if (!column->is_given) {
        call_null(call);
        return;
    }
    array = array_new(pipe, kind);
    for (size_t i = 0; i < column->count; i++)
        array_str(array, column->list[i]);
    call_array(call, array);
}

struct call *
payload_call(const struct payload *payload, struct pipe *pipe, struct str database,
             struct str collection)
{
    static const char *const verbs[] = {"add", "upsert", "update"};
    struct call *call = pipe_add(pipe, STMT_chroma_record_write);

    call_str(call, database);
    call_str(call, collection);
    call_text(call, verbs[payload->verb]);
    column_bind(pipe, call, ARRAY_TEXT, &payload->ids);
    column_bind(pipe, call, ARRAY_TEXT, &payload->documents);
    column_bind(pipe, call, ARRAY_JSONB, &payload->metadatas);
    column_bind(pipe, call, ARRAY_TEXT, &payload->uris);
    call_array(call, payload->vectors);
    call_text(call, payload->rounds);
    if (payload->dims == 0)
        call_null(call);
    else
        call_long(call, (long)payload->dims);
    call_text(call, typed_keys(&payload->typed, payload->arena));
    call_bool(call, payload->typed.has_nulls);
    return call;
}
