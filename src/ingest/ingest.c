/*
 * ingest: files into records, so that a second run finds nothing to do.
 */
#include "ingest/ingest.h"

#include "base/emit.h"
#include "ingest/chunk.h"
#include "ingest/extract.h"
#include "ingest/known.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define RECIPE      "1" /* to be raised when passages are cut or embedded in another way */
#define TARGET      200 /* tokens */
#define BATCH       256 /* passages at which a transaction is full */
#define BATCH_BYTES (8u << 20) /* or bytes of its files */
#define SLICE       64         /* passages that are embedded between two looks at `stop` */
#define SOURCE_MOST 900        /* bytes: an id is the source, "#" and a number */

/* The transaction that is being filled. */
struct batch {
    struct arena *arena;   /* all of it; reset with it */
    struct arena *scratch; /* of the model */
    struct ingest_record *put, *keep;
    struct str *inputs; /* what is embedded of each put */
    struct str *drop;
    size_t put_count, keep_count, drop_count;
    size_t put_room, keep_room, inputs_room, drop_room;
    size_t bytes;
    size_t fresh, changed; /* files */
};

struct run {
    const struct ingest_job *job;
    struct ingest_report *report;
    struct known known;
    struct chunk_rule rule;
    struct batch batch;
    struct err *err;
};

static void *
grow(struct arena *arena, void *list, size_t count, size_t *room, size_t size)
{
    void *more;

    if (count < *room)
        return list;
    *room = *room == 0 ? BATCH : 2 * *room;
    more = arena_take(arena, *room * size);
    return count == 0 ? more : memcpy(more, list, count * size);
}

static void
show(const struct run *run)
{
    if (run->job->show != NULL)
        run->job->show(run->job->show_self, run->report);
}

static bool
is_stopped(struct run *run)
{
    if (run->job->stop != NULL && *run->job->stop)
        run->report->stopped = true;
    return run->report->stopped;
}

/* ---- one transaction ---- */

static void
batch_reset(struct batch *batch)
{
    arena_reset(batch->arena);
    *batch = (struct batch){.arena = batch->arena, .scratch = batch->scratch};
}

static void
batch_drop(struct batch *batch, struct str id)
{
    batch->drop = grow(batch->arena, batch->drop, batch->drop_count, &batch->drop_room,
                       sizeof *batch->drop);
    batch->drop[batch->drop_count++] = id;
}

static void
batch_put(struct batch *batch, struct ingest_record record, struct str input)
{
    batch->put =
        grow(batch->arena, batch->put, batch->put_count, &batch->put_room, sizeof *batch->put);
    batch->inputs = grow(batch->arena, batch->inputs, batch->put_count, &batch->inputs_room,
                         sizeof *batch->inputs);
    batch->inputs[batch->put_count] = input;
    batch->put[batch->put_count++] = record;
}

static void
batch_keep(struct batch *batch, struct ingest_record record)
{
    batch->keep = grow(batch->arena, batch->keep, batch->keep_count, &batch->keep_room,
                       sizeof *batch->keep);
    batch->keep[batch->keep_count++] = record;
}

/* Vectors of all that is put; false also when the person stopped. */
static bool
batch_embed(struct run *run)
{
    const struct ingest_model *model = run->job->model;
    struct batch *batch = &run->batch;
    float *vectors;

    if (model->name == NULL)
        return true;
    vectors = arena_take(batch->arena, (batch->put_count * model->dims + 1) * sizeof *vectors);
    for (size_t at = 0; at < batch->put_count; at += SLICE) {
        size_t count = batch->put_count - at < SLICE ? batch->put_count - at : SLICE;

        run->report->under_way = at;
        run->report->bytes_waiting = batch->bytes * (batch->put_count - at) / batch->put_count;
        show(run);
        if (is_stopped(run))
            return false;
        arena_reset(batch->scratch);
        if (!model->embed(model->self, batch->scratch, batch->inputs + at, count,
                          vectors + at * model->dims, run->err))
            return false;
    }
    for (size_t i = 0; i < batch->put_count; i++)
        batch->put[i].vector = vectors + i * model->dims;
    return true;
}

static void
batch_count(struct run *run)
{
    const struct batch *batch = &run->batch;
    struct ingest_report *report = run->report;

    report->fresh += batch->fresh;
    report->changed += batch->changed;
    report->embedded += batch->put_count;
    report->kept += batch->keep_count;
    report->dropped += batch->drop_count;
    report->under_way = report->bytes_waiting = 0;
}

static bool
batch_write(struct run *run)
{
    struct batch *batch = &run->batch;
    struct ingest_write write = {batch->put,        batch->put_count, batch->keep,
                                 batch->keep_count, batch->drop,      batch->drop_count};

    if (batch->put_count + batch->keep_count + batch->drop_count > 0 && !run->job->dry_run) {
        if (is_stopped(run) || !batch_embed(run))
            return false;
        if (!run->job->sink->write(run->job->sink->self, batch->arena, &write, run->err))
            return false;
    }
    batch_count(run);
    batch_reset(batch);
    show(run);
    return true;
}

/* ---- one file ---- */

/* What tells that a record would be made again as it is: the vector's maker and input. */
static struct str
passage_hash(const struct run *run, struct arena *arena, const struct chunk *chunk)
{
    const char *model = run->job->model->name == NULL ? "" : run->job->model->name;
    const char *both = str_format(arena, "%s\n%s", model, chunk->hash);
    char hex[DIGEST_HEX];

    digest_hex(both, strlen(both), hex);
    return str_of(arena_strdup(arena, hex));
}

/* Changes with the file and with the way in which it is cut. */
static void
file_hash(const struct run *run, struct str bytes, char hex[DIGEST_HEX])
{
    const char *model = run->job->model->name == NULL ? "" : run->job->model->name;
    char own[DIGEST_HEX], *both;

    digest_hex(bytes.at, bytes.len, own);
    both = str_format(run->batch.arena, "%s %zu %s\n%s", RECIPE, run->rule.limit, model, own);
    digest_hex(both, strlen(both), hex);
}

/* "HASH-PARTS": with the number of records, so that one that was deleted since is missed. */
static bool
is_unchanged(const char *hex, struct ingest_list old)
{
    char wanted[DIGEST_HEX + 24];

    snprintf(wanted, sizeof wanted, "%s-%zu", hex, old.count);
    for (size_t i = 0; i < old.count; i++)
        if (!str_is(old.at[i].file_hash, wanted))
            return false;
    return old.count > 0;
}

struct reading {
    const char *source;
    struct document doc;
    struct chunk *chunks;
    size_t count;
    struct str *hashes;
    const char *file_hash;
};

static struct str
metadata_make(struct arena *arena, const struct reading *reading, size_t i)
{
    const struct chunk *chunk = &reading->chunks[i];
    struct emit emit;
    struct buf buf;

    buf_start(&buf, arena, 512);
    emit_start(&emit, &buf);
    emit_object(&emit, NULL);
    emit_text(&emit, "source", reading->source);
    emit_text(&emit, "title", reading->doc.title);
    emit_text(&emit, "heading", chunk->heading);
    emit_text(&emit, "type", reading->doc.type);
    emit_long(&emit, "begin", (long)chunk->begin);
    emit_long(&emit, "end", (long)chunk->end);
    emit_long(&emit, "part", (long)i);
    emit_long(&emit, "parts", (long)reading->count);
    emit_str(&emit, "hash", reading->hashes[i]);
    emit_text(&emit, "file_hash", reading->file_hash);
    emit_object_end(&emit);
    return (struct str){buf.data, buf.len};
}

static void
reading_add(struct run *run, const struct reading *reading, struct ingest_list old)
{
    struct batch *batch = &run->batch;
    struct plan plan;

    plan_make(batch->arena, reading->source, reading->hashes, reading->count, old, &plan);
    for (size_t i = 0; i < reading->count; i++) {
        struct ingest_record record = {.id = plan.items[i].id,
                                       .source = str_of(reading->source),
                                       .metadata = metadata_make(batch->arena, reading, i)};

        if (plan.items[i].is_new) {
            record.text = reading->chunks[i].text;
            batch_put(batch, record, chunk_input(batch->arena, &reading->chunks[i]));
        } else {
            batch_keep(batch, record);
        }
    }
    for (size_t i = 0; i < plan.drop_count; i++)
        batch_drop(batch, plan.drop[i]);
}

/* Cuts the file and adds its records to the batch; false with the reason to skip it. */
static bool
file_cut(struct run *run, struct reading *reading, struct str bytes, const char *hex,
         struct err *err)
{
    struct arena *arena = run->batch.arena;
    struct ingest_list old = known_find(&run->known, str_of(reading->source));

    if (!extract(arena, reading->source, bytes, &reading->doc, err))
        return false;
    reading->chunks = chunk_document(arena, &reading->doc, &run->rule, &reading->count);
    reading->hashes = arena_take(arena, (reading->count + 1) * sizeof *reading->hashes);
    for (size_t i = 0; i < reading->count; i++)
        reading->hashes[i] = passage_hash(run, arena, &reading->chunks[i]);
    reading->file_hash = str_format(arena, "%s-%zu", hex, reading->count);
    if (reading->count == 0 && old.count == 0)
        return err_set(err, ERR_MEDIA, "holds no text");
    reading_add(run, reading, old);
    run->batch.fresh += old.count == 0;
    run->batch.changed += old.count > 0;
    return true;
}

static bool
file_read(struct run *run, const struct walk_file *file, struct err *err)
{
    struct reading reading = {.source = file->path};
    char hex[DIGEST_HEX];
    struct str bytes;

    if (strlen(file->path) > SOURCE_MOST)
        return err_set(err, ERR_MEDIA, "its path is longer than %d bytes", SOURCE_MOST);
    if (!walk_read(run->batch.arena, file->path, EXTRACT_MOST, &bytes, err))
        return false;
    run->batch.bytes += bytes.len;
    file_hash(run, bytes, hex);
    if (is_unchanged(hex, known_find(&run->known, str_of(file->path)))) {
        run->report->unchanged++;
        return true;
    }
    return file_cut(run, &reading, bytes, hex, err);
}

static bool
files_read(struct run *run)
{
    struct ingest_report *report = run->report;

    for (size_t i = 0; i < report->walk.count; i++) {
        const struct walk_file *file = &report->walk.files[i];
        struct batch *batch = &run->batch;
        struct err err = {0};

        if (is_stopped(run))
            return false;
        if (!file_read(run, file, &err))
            walk_skip_add(&report->walk, file->path, err.text);
        report->files_done++;
        report->bytes_done += file->size;
        if (batch->put_count + batch->keep_count + batch->drop_count >= BATCH ||
            batch->bytes >= BATCH_BYTES) {
            if (!batch_write(run))
                return false;
        } else {
            show(run);
        }
    }
    return batch_write(run);
}

/* ---- files that are gone ---- */

static bool
is_gone(const struct run *run, struct arena *arena, const char *source)
{
    const struct walk_rule *where = run->job->where;
    struct stat info;

    for (size_t i = 0; i < where->paths_count; i++)
        if (walk_below(source, walk_clean(arena, where->paths[i])))
            return lstat(source, &info) != 0 && (errno == ENOENT || errno == ENOTDIR);
    return false;
}

static bool
gone_drop(struct run *run)
{
    struct ingest_list old;

    for (size_t at = 0; at < run->known.count; at += old.count) {
        struct batch *batch = &run->batch;

        old = known_run(&run->known, at);
        if (!is_gone(run, batch->arena, str_copy(batch->arena, old.at[0].source)))
            continue;
        run->report->removed++;
        for (size_t i = 0; i < old.count; i++)
            batch_drop(batch, old.at[i].id);
        if (batch->drop_count >= BATCH && !batch_write(run))
            return false;
    }
    return batch_write(run);
}

/* ---- the run ---- */

/* Everything for --sync, which looks for what is gone; else only what was found. */
static bool
known_ask(struct run *run, struct arena *arena)
{
    const struct ingest_sink *sink = run->job->sink;
    const struct walk *walk = &run->report->walk;
    struct str *sources = arena_take(arena, (walk->count + 1) * sizeof *sources);
    struct ingest_list rows;

    for (size_t i = 0; i < walk->count; i++)
        sources[i] = str_of(walk->files[i].path);
    if (!sink->known(sink->self, arena, run->job->sync ? NULL : sources, walk->count, &rows,
                     run->err))
        return false;
    known_start(&run->known, arena, rows);
    return true;
}

static struct chunk_rule
rule_of(const struct ingest_model *model)
{
    struct chunk_rule rule = chunk_rule_words();

    if (model->name == NULL)
        return rule;
    rule.limit = model->window;
    rule.target = model->window < TARGET * 5 / 4 ? model->window * 4 / 5 : TARGET;
    rule.tokens = model->tokens;
    rule.self = model->self;
    return rule;
}

bool
ingest(struct arena *arena, const struct ingest_job *job, struct ingest_report *report_out,
       struct err *err)
{
    struct run run = {
        .job = job, .report = report_out, .rule = rule_of(job->model), .err = err};
    bool fine;

    *report_out = (struct ingest_report){0};
    if (!walk_paths(arena, job->where, &report_out->walk, err))
        return false;
    report_out->files = report_out->walk.count;
    report_out->bytes = report_out->walk.bytes;
    run.batch.arena = arena_new(1 << 20);
    run.batch.scratch = arena_new(1 << 20);
    fine = known_ask(&run, arena) && files_read(&run) && (!job->sync || gone_drop(&run));
    arena_free(run.batch.scratch);
    arena_free(run.batch.arena);
    return fine || (report_out->stopped && err->kind == ERR_NONE);
}
