/*
 * record_call: the statements on records, and the form in which a record goes back.
 */
#include "store/record.h"

static void
call_batch(struct pipe *pipe, struct call *call, const struct records *records)
{
    struct array *ids = array_new(pipe, ARRAY_TEXT), *texts = array_new(pipe, ARRAY_TEXT);
    struct array *metadatas = array_new(pipe, ARRAY_JSONB), *uris = array_new(pipe, ARRAY_TEXT);
    struct array *vectors = array_new(pipe, ARRAY_VECTOR);

    for (size_t i = 0; i < records->count; i++) {
        const struct record *record = &records->list[i];

        array_str(ids, record->id);
        array_str(texts, record->text);
        array_str(metadatas, record->metadata);
        array_str(uris, record->uri);
        if (record->dims == 0)
            array_null(vectors);
        else
            array_vector(vectors, records->vectors.data + record->vector_at, record->dims);
    }
    call_array(call, ids);
    call_array(call, texts);
    call_array(call, metadatas);
    call_array(call, uris);
    call_array(call, vectors);
    call_text(call, records->model);
}

struct call *
record_put(struct pipe *pipe, struct str database, struct str collection,
           const struct records *records)
{
    struct call *call = pipe_add(pipe, STMT_record_put);

    call_str(call, database);
    call_str(call, collection);
    call_batch(pipe, call, records);
    return call;
}

struct call *
record_update(struct pipe *pipe, struct str database, struct str collection,
              const struct records *records)
{
    struct call *call = pipe_add(pipe, STMT_record_update);

    call_str(call, database);
    call_str(call, collection);
    call_batch(pipe, call, records);
    return call;
}

static void
call_texts(struct pipe *pipe, struct call *call, const struct str *list, size_t count)
{
    struct array *array;

    if (list == NULL) {
        call_null(call);
        return;
    }
    array = array_new(pipe, ARRAY_TEXT);
    for (size_t i = 0; i < count; i++)
        array_str(array, list[i]);
    call_array(call, array);
}

static struct call *
call_choice(struct pipe *pipe, enum stmt_id stmt, const struct record_choice *choice)
{
    struct call *call = pipe_add(pipe, stmt);

    call_str(call, choice->database);
    call_str(call, choice->collection);
    call_texts(pipe, call, choice->ids, choice->count);
    call_text(call, choice->where);
    return call;
}

struct call *
record_get(struct pipe *pipe, const struct record_choice *choice, long limit, long offset,
           bool with_embedding)
{
    struct call *call = call_choice(pipe, STMT_record_get, choice);

    call_long(call, limit);
    call_long(call, offset);
    call_bool(call, with_embedding);
    return call;
}

struct call *
record_delete(struct pipe *pipe, const struct record_choice *choice)
{
    return call_choice(pipe, STMT_record_delete, choice);
}

struct call *
record_hashes(struct pipe *pipe, struct str database, struct str collection,
              const struct str *sources, size_t count)
{
    struct call *call = pipe_add(pipe, STMT_record_hashes);

    call_str(call, database);
    call_str(call, collection);
    call_texts(pipe, call, sources, count);
    return call;
}

struct call *
record_event(struct pipe *pipe, const char *type, const char *subject, const char *data)
{
    struct call *call = pipe_add(pipe, STMT_event_emit);

    call_text(call, type);
    call_text(call, subject);
    call_text(call, data);
    return call;
}

void
record_emit(const struct call *call, size_t row, struct emit *emit, const char *name)
{
    emit_object(emit, name);
    emit_str(emit, "id", call_cell(call, row, 0));
    emit_str(emit, "text", call_cell(call, row, 1));
    emit_raw(emit, "metadata", call_cell(call, row, 2).at);
    emit_str(emit, "uri", call_cell(call, row, 3));
    if (!call_is_null(call, row, 4))
        emit_raw(emit, "embedding", call_cell(call, row, 4).at);
    emit_str(emit, "created_at", call_cell(call, row, 5));
    emit_str(emit, "updated_at", call_cell(call, row, 6));
    emit_object_end(emit);
}
