/*
 * record: batches of records on their way from JSON to Postgres, and single ones back.
 */
#include "store/record.h"

#include "access/proof.h"
#include "base/uuid.h"

#include <string.h>

void
record_start(struct records *records, struct arena *arena)
{
    *records = (struct records){.arena = arena};
    buf_start(&records->vectors, arena, 4096);
}

struct record *
record_add(struct records *records)
{
    if (records->count == records->room) {
        size_t room = records->room == 0 ? 16 : 2 * records->room;
        struct record *list = arena_take(records->arena, room * sizeof *list);

        if (records->count > 0)
            memcpy(list, records->list, records->count * sizeof *list);
        records->list = list;
        records->room = room;
    }
    records->list[records->count] = (struct record){0};
    return &records->list[records->count++];
}

static bool
scan_id(struct scan *scan, struct str *id)
{
    return scan_string(scan, id) &&
           ((id->len > 0 && id->len <= RECORD_ID_MAX) ||
            scan_refuse(scan, ERR_SHAPE, "must have 1 to %d bytes", RECORD_ID_MAX));
}

static bool
scan_vector(struct scan *scan, struct records *records, struct record *record)
{
    if (scan_null(scan))
        return true;
    record->vector_at = records->vectors.len;
    if (!scan_floats(scan, &records->vectors, &record->dims))
        return false;
    if (record->dims == 0)
        return scan_refuse(scan, ERR_SHAPE, "must not be empty");
    records->given++;
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

static bool
record_member(struct scan *scan, struct str name, struct records *records,
              struct record *record)
{
    if (str_is(name, "id"))
        return scan_id(scan, &record->id);
    if (str_is(name, "text"))
        return scan_null(scan) || scan_string(scan, &record->text);
    if (str_is(name, "embedding"))
        return scan_vector(scan, records, record);
    if (str_is(name, "metadata"))
        return scan_metadata(scan, &record->metadata);
    if (str_is(name, "uri"))
        return scan_null(scan) || scan_string(scan, &record->uri);
    return scan_refuse(
        scan, ERR_SHAPE,
        "is not a member of a record; it has id, text, embedding, metadata, uri");
}

static struct str
id_make(struct records *records)
{
    char text[UUID_TEXT];

    uuid_new(text);
    records->new_ids = true;
    return str_of(arena_strdup(records->arena, text));
}

static bool
scan_record(struct scan *scan, struct records *records, bool need_id)
{
    struct record *record = record_add(records);
    struct str name;

    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        if (!record_member(scan, name, records, record))
            return false;
    }
    if (scan->err->kind != ERR_NONE)
        return false;
    if (record->id.at == NULL && need_id)
        return scan_refuse(scan, ERR_SHAPE, "must have an id");
    if (record->id.at == NULL)
        record->id = id_make(records);
    if (!need_id && record->text.at == NULL && record->dims == 0)
        return scan_refuse(scan, ERR_SHAPE, "must have a text or an embedding");
    return true;
}

bool
record_scan(struct scan *scan, struct records *records, bool need_id)
{
    if (!scan_array(scan))
        return false;
    while (scan_item(scan)) {
        if (!scan_record(scan, records, need_id))
            return false;
    }
    return scan->err->kind == ERR_NONE;
}

static size_t
texts_gather(const struct records *records, struct str *texts, size_t *owners)
{
    size_t count = 0;

    for (size_t i = 0; i < records->count; i++) {
        if (records->list[i].text.at != NULL) {
            owners[count] = i;
            texts[count++] = records->list[i].text;
        }
    }
    return count;
}

/* The texts of a batch that await an embedding, and room for what the model makes of them. */
struct awaited {
    struct str *texts;
    size_t *owners;
    size_t count, dims;
    float *vectors;
};

/* False: there is nothing to do. */
static bool
awaited_gather(struct records *records, const struct embed *embed, struct awaited *awaited)
{
    struct arena *arena = records->arena;

    awaited->texts = arena_take(arena, (records->count + 1) * sizeof *awaited->texts);
    awaited->owners = arena_take(arena, (records->count + 1) * sizeof *awaited->owners);
    awaited->count = texts_gather(records, awaited->texts, awaited->owners);
    if (embed == NULL || records->given > 0 || awaited->count == 0)
        return false;
    awaited->dims = embed_dims(embed);
    awaited->vectors =
        arena_take(arena, awaited->count * awaited->dims * sizeof *awaited->vectors);
    return true;
}

static void
awaited_place(struct records *records, const struct embed *embed, const struct awaited *awaited)
{
    size_t dims = awaited->dims, size = dims * sizeof *awaited->vectors;

    embed_to_be(awaited->vectors, awaited->count * dims);
    buf_add(&records->vectors, awaited->vectors, awaited->count * size);
    for (size_t i = 0; i < awaited->count; i++) {
        records->list[awaited->owners[i]].vector_at = i * size;
        records->list[awaited->owners[i]].dims = dims;
    }
    records->model = embed_model(embed);
}

bool
record_embed_by(struct records *records, const struct embed *embed, record_embedder by,
                struct err *err)
{
    struct awaited awaited;

    if (!awaited_gather(records, embed, &awaited))
        return true;
    if (!by(embed, records->arena, awaited.texts, awaited.count, awaited.vectors, err))
        return false;
    awaited_place(records, embed, &awaited);
    return true;
}

bool
record_embed(struct records *records, struct ctx *ctx)
{
    const struct embed *embed = ctx->service->embed;

    return embed == NULL || records->given > 0 ||
           (proof_need(ctx) && record_embed_by(records, embed, embed_texts, &ctx->err));
}

bool
record_embed_telling(struct records *records, struct ctx *ctx, record_told *told)
{
    const struct embed *embed = ctx->service->embed;
    struct awaited awaited;

    if (!awaited_gather(records, embed, &awaited))
        return true;
    if (!proof_need(ctx))
        return false;
    for (size_t i = 0, step; i < awaited.count; i += step) {
        step = awaited.count - i < RECORD_STEP ? awaited.count - i : RECORD_STEP;
        if (!embed_texts(embed, records->arena, awaited.texts + i, step,
                         awaited.vectors + i * awaited.dims, &ctx->err))
            return false;
        told(ctx, i + step, awaited.count);
    }
    awaited_place(records, embed, &awaited);
    return true;
}
