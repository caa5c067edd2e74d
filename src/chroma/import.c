/*
 * import: collections of another Chroma server, page by page into ours.
 */
#include "chroma/import.h"

#include "base/clock.h"
#include "chroma/payload.h"

#define PATIENCE_US (600 * 1000000LL)
#define PAGE_BYTES  (8 * 1024 * 1024) /* of JSON, about */
#define PAGE_MOST   2000
#define FLOAT_BYTES 21   /* of a number and its comma */
#define REST_BYTES  2000 /* of a record besides */
#define SPACE       3    /* column of chroma_collection_by_name */

static bool
run(struct pipe *pipe, struct err *err)
{
    return pipe_run(pipe, clock_us() + PATIENCE_US, err);
}

static bool
database_is_there(const struct import *import, struct arena *arena, bool *there_out,
                  struct err *err)
{
    struct pipe *pipe = pipe_new(import->conn, arena, import->claims);

    call_str(pipe_add(pipe, STMT_chroma_database), import->database);
    *there_out = run(pipe, err);
    if (!*there_out && err->kind == ERR_MISSING)
        *err = (struct err){.kind = ERR_NONE};
    return err->kind == ERR_NONE;
}

bool
import_open(const struct import *import, struct arena *arena, struct err *err)
{
    struct pipe *pipe;
    bool there;

    if (!database_is_there(import, arena, &there, err) || there)
        return there;
    pipe = pipe_new(import->conn, arena, import->claims);
    call_str(pipe_add(pipe, STMT_chroma_database_create), import->database);
    return run(pipe, err);
}

/* The one that is there, or a new one, and its id. */
static bool
collection_make(const struct import *import, const struct source_collection *collection,
                struct arena *arena, struct str *id_out, struct err *err)
{
    struct pipe *pipe = pipe_new(import->conn, arena, import->claims);
    struct call *call = pipe_add(pipe, STMT_chroma_collection_create);

    call_str(call, import->database);
    call_str(call, collection->name);
    call_str(call, collection->configuration.space);
    call_str(call, collection->metadata.json);
    call_str(call, config_stored(&collection->configuration, false, arena));
    call_null(call); /* a schema says nothing else than the configuration */
    call_bool(call, true);
    call = pipe_add(pipe, STMT_chroma_collection_by_name);
    call_str(call, import->database);
    call_str(call, collection->name);
    if (!run(pipe, err))
        return false;
    if (!str_same(call_cell(call, 0, SPACE), collection->configuration.space))
        return err_set(
            err, ERR_CONFLICT,
            "collection %.*s is here with space %.10s, not %.10s: rename or delete it",
            (int)collection->name.len, collection->name.at, call_cell(call, 0, SPACE).at,
            str_copy(arena, collection->configuration.space));
    *id_out = call_cell(call, 0, 0);
    return true;
}

static long
page_limit(const struct source_collection *collection)
{
    long limit = PAGE_BYTES / (collection->dims * FLOAT_BYTES + REST_BYTES);

    return limit > PAGE_MOST ? PAGE_MOST : limit < 1 ? 1 : limit;
}

/* Where a copy stands. */
struct copy {
    const struct import *import;
    const struct source_collection *from;
    struct str to; /* the id of ours */
    struct import_progress *progress;
    bool ended;
};

static bool
page_write(struct copy *copy, struct str json, struct arena *arena, struct err *err)
{
    struct pipe *pipe = pipe_new(copy->import->conn, arena, copy->import->claims);
    struct payload payload;
    struct scan scan;
    struct call *call;

    scan_start(&scan, json.at, json.len, arena, err);
    payload_start(&payload, PAYLOAD_UPSERT, pipe, arena);
    if (!payload_read(&payload, &scan) || !scan_end(&scan))
        return false;
    copy->ended = payload.ids.count == 0;
    if (copy->ended)
        return true;
    call = payload_call(&payload, pipe, copy->import->database, copy->to);
    if (!run(pipe, err))
        return false;
    copy->progress->written += (long)payload.ids.count;
    copy->progress->fresh += call_cell_long(call, 0, 0);
    return true;
}

static bool
page_copy(struct copy *copy, struct arena *arena, struct err *err)
{
    const struct import *import = copy->import;
    struct source_range range = {copy->progress->written, page_limit(copy->from)};
    struct str json = {NULL, 0};

    if (*import->stop != 0)
        return err_set(err, ERR_GONE, "stopped; run it again to go on");
    if (!source_page(import->source, copy->from, &range, arena, &json, err) ||
        !page_write(copy, json, arena, err))
        return false;
    if (import->show != NULL)
        import->show(import->show_self, copy->progress);
    return true;
}

/* Somebody who wrote in the meantime, here or there, is told of, not guessed at. */
static bool
counts_agree(struct copy *copy, struct arena *arena, struct err *err)
{
    struct pipe *pipe = pipe_new(copy->import->conn, arena, copy->import->claims);
    struct call *call = pipe_add(pipe, STMT_chroma_count);
    long there, here;

    call_str(call, copy->import->database);
    call_str(call, copy->to);
    if (!source_count(copy->import->source, copy->from, arena, &there, err) || !run(pipe, err))
        return false;
    here = call_cell_long(call, 0, 0);
    return here == there ||
           err_set(err, ERR_CONFLICT,
                   "collection %.*s has %ld records there and %ld here: somebody wrote "
                   "meanwhile, or it held others before",
                   (int)copy->from->name.len, copy->from->name.at, there, here);
}

bool
import_collection(const struct import *import, const struct source_collection *collection,
                  struct import_progress *progress, struct err *err)
{
    struct arena *arena = arena_new(1 << 16), *page = arena_new(1 << 16);
    struct copy copy = {.import = import, .from = collection, .progress = progress};
    bool right;

    *progress = (struct import_progress){.collection = collection->name};
    right = source_count(import->source, collection, arena, &progress->found, err) &&
            collection_make(import, collection, arena, &copy.to, err);
    while (right && !copy.ended) {
        right = page_copy(&copy, page, err);
        arena_reset(page);
    }
    right = right && counts_agree(&copy, arena, err);
    arena_free(page);
    arena_free(arena);
    return right;
}
