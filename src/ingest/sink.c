/*
 * sink: what ingestion writes, as records of a collection.
 */
#include "ingest/sink.h"

#include "base/clock.h"
#include "embed/embed.h"
#include "store/collection.h"
#include "store/record.h"

#include <string.h>

#define PATIENCE_US (600 * 1000000LL) /* a large file is one transaction */

enum { DESCRIBED_EMBEDDER = 4 }; /* column of the query collection_describe */

static struct call *
add_make(const struct sink *sink, struct pipe *pipe)
{
    struct collection_wish wish;

    collection_wish_start(&wish, sink->database);
    wish.name = sink->collection;
    wish.embedder = str_of(sink->model);
    wish.embedder_said = true;
    wish.if_missing = true;
    return collection_create(pipe, &wish);
}

/* Postgres would drop vectors that a model makes for a collection whose vectors are given. */
static bool
check_embedder(const struct sink *sink, const struct call *described, struct err *err)
{
    struct str embedder = call_cell(described, 0, DESCRIBED_EMBEDDER);
    struct str name = sink->collection;

    if (sink->model == NULL || str_is(embedder, sink->model))
        return true;
    if (embedder.at == NULL)
        return err_set(
            err, ERR_CONFLICT,
            "collection %.*s takes embeddings that are given, not made: choose another "
            "one, or set model=none to find its records by words alone",
            (int)name.len, name.at);
    return err_set(err, ERR_CONFLICT, "collection %.*s holds embeddings of %.*s, this is %s",
                   (int)name.len, name.at, (int)embedder.len, embedder.at, sink->model);
}

static struct ingest_list
rows_read(struct arena *arena, const struct call *call)
{
    size_t count = call_rows(call);
    struct ingest_known *rows = arena_take(arena, (count + 1) * sizeof *rows);

    for (size_t i = 0; i < count; i++)
        rows[i] = (struct ingest_known){.id = call_cell(call, i, 0),
                                        .source = call_cell(call, i, 1),
                                        .hash = call_cell(call, i, 2),
                                        .file_hash = call_cell(call, i, 3)};
    return (struct ingest_list){rows, count};
}

static bool
sink_known(void *self, struct arena *arena, const struct str *sources, size_t count,
           struct ingest_list *known_out, struct err *err)
{
    const struct sink *sink = self;
    struct pipe *pipe = pipe_new(sink->conn, arena, sink->claims);
    struct call *described, *hashes;
    struct err mine = {.kind = ERR_NONE};

    if (!sink->dry_run)
        add_make(sink, pipe);
    described = collection_describe(pipe, sink->database, sink->collection, 1, 0);
    hashes = record_hashes(pipe, sink->database, sink->collection, sources, count);
    *known_out = (struct ingest_list){0};
    if (!pipe_run(pipe, clock_us() + PATIENCE_US, &mine)) {
        if (sink->dry_run && mine.kind == ERR_MISSING)
            return true;
        *err = mine;
        return false;
    }
    *known_out = rows_read(arena, hashes);
    return check_embedder(sink, described, err);
}

static void
record_fill(struct records *records, const struct sink *sink, const struct ingest_record *from)
{
    struct record *record = record_add(records);

    *record = (struct record){.id = from->id,
                              .text = from->text,
                              .metadata = from->metadata,
                              .uri = from->text.at == NULL ? from->text : from->source};
    if (from->vector == NULL)
        return;
    record->vector_at = records->vectors.len;
    record->dims = sink->dims;
    buf_add(&records->vectors, from->vector, sink->dims * sizeof *from->vector);
    records->model = sink->model;
}

static struct records *
records_of(const struct sink *sink, struct arena *arena, const struct ingest_record *list,
           size_t count)
{
    struct records *records = arena_take(arena, sizeof *records);

    record_start(records, arena);
    for (size_t i = 0; i < count; i++)
        record_fill(records, sink, &list[i]);
    embed_to_be((float *)(void *)records->vectors.data, records->vectors.len / sizeof(float));
    return records;
}

/* A kept record that somebody deletes meanwhile is not there to be changed: the number of parts
   in its siblings' file_hash tells the next run to put it again. */
static bool
sink_write(void *self, struct arena *arena, const struct ingest_write *write, struct err *err)
{
    const struct sink *sink = self;
    struct pipe *pipe = pipe_new(sink->conn, arena, sink->claims);
    struct record_choice drop = {.database = sink->database,
                                 .collection = sink->collection,
                                 .ids = write->drop,
                                 .count = write->drop_count};

    if (write->drop_count > 0)
        record_delete(pipe, &drop);
    if (write->put_count > 0)
        record_put(pipe, sink->database, sink->collection,
                   records_of(sink, arena, write->put, write->put_count));
    if (write->keep_count > 0)
        record_update(pipe, sink->database, sink->collection,
                      records_of(sink, arena, write->keep, write->keep_count));
    return pipe_run(pipe, clock_us() + PATIENCE_US, err);
}

struct ingest_sink
sink_bind(struct sink *sink)
{
    return (struct ingest_sink){.self = sink, .known = sink_known, .write = sink_write};
}
