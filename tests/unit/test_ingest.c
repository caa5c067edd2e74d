/*
 * ingest: only what changed is embedded and written, whole files at a time.
 *
 * The sink is a list in memory that checks what a database would; the model is one that counts.
 */
#include "ingest/ingest.h"

#include "folder.h"
#include "suite.h"

#include <stdbool.h>

#define ROWS 4096

struct row {
    char id[256], source[256], hash[80], file_hash[112], text[4096];
    float vector[2];
    bool has_vector, used;
};

static struct row rows[ROWS];
static size_t writes, embeds, write_fails_at, stop_at_embed;
static volatile sig_atomic_t stop;

static struct row *
row_find(struct str id)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].used && str_is(id, rows[i].id))
            return &rows[i];
    return NULL;
}

static struct row *
row_need(struct str id)
{
    static struct row none;
    struct row *row = row_find(id);

    CU_ASSERT_PTR_NOT_NULL(row);
    return row == NULL ? &none : row;
}

static size_t
rows_count(const char *source)
{
    size_t count = 0;

    for (size_t i = 0; i < ROWS; i++)
        count += rows[i].used && (source == NULL || strcmp(rows[i].source, source) == 0);
    return count;
}

static bool
sink_known(void *self, struct arena *arena, const struct str *sources, size_t count,
           struct ingest_list *known_out, struct err *err)
{
    struct ingest_known *known = arena_take(arena, ROWS * sizeof *known);
    size_t found = 0;

    (void)self;
    (void)err;
    for (size_t i = 0; i < ROWS; i++) {
        bool wanted = sources == NULL;

        for (size_t j = 0; j < count && !wanted; j++)
            wanted = str_is(sources[j], rows[i].source);
        if (rows[i].used && wanted)
            known[found++] =
                (struct ingest_known){str_of(arena_strdup(arena, rows[i].id)),
                                      str_of(arena_strdup(arena, rows[i].source)),
                                      str_of(arena_strdup(arena, rows[i].hash)),
                                      str_of(arena_strdup(arena, rows[i].file_hash))};
    }
    *known_out = (struct ingest_list){known, found};
    return true;
}

/* The value of a string member of metadata. */
static void
member(struct str json, const char *name, char *to, size_t room)
{
    struct arena *arena = arena_new(1024);
    char *text = str_copy(arena, json),
         *at = strstr(text, str_format(arena, "\"%s\":\"", name));

    CU_ASSERT_PTR_NOT_NULL(at);
    if (at != NULL) {
        at += strlen(name) + 4;
        snprintf(to, room, "%.*s", (int)strcspn(at, "\""), at);
    }
    arena_free(arena);
}

static void
row_fill(struct row *row, const struct ingest_record *record)
{
    snprintf(row->id, sizeof row->id, "%.*s", (int)record->id.len, record->id.at);
    member(record->metadata, "source", row->source, sizeof row->source);
    member(record->metadata, "hash", row->hash, sizeof row->hash);
    member(record->metadata, "file_hash", row->file_hash, sizeof row->file_hash);
    CU_ASSERT(str_is(record->source, row->source));
}

static void
row_put(const struct ingest_record *record)
{
    struct row *row = row_find(record->id);

    for (size_t i = 0; row == NULL && i < ROWS; i++)
        if (!rows[i].used)
            row = &rows[i];
    if (row == NULL)
        abort(); /* more rows than a test has */
    *row = (struct row){.used = true, .has_vector = record->vector != NULL};
    row_fill(row, record);
    snprintf(row->text, sizeof row->text, "%.*s", (int)record->text.len, record->text.at);
    if (record->vector != NULL)
        memcpy(row->vector, record->vector, sizeof row->vector);
}

static bool
sink_write(void *self, struct arena *arena, const struct ingest_write *write, struct err *err)
{
    (void)self;
    (void)arena;
    if (++writes == write_fails_at)
        return err_set(err, ERR_BUSY, "the database is away");
    for (size_t i = 0; i < write->drop_count; i++) {
        struct row *row = row_find(write->drop[i]);

        CU_ASSERT_PTR_NOT_NULL(row);
        if (row != NULL)
            row->used = false;
    }
    for (size_t i = 0; i < write->put_count; i++)
        row_put(&write->put[i]);
    for (size_t i = 0; i < write->keep_count; i++) {
        struct row *row = row_find(write->keep[i].id);

        CU_ASSERT_PTR_NOT_NULL(row);
        CU_ASSERT_PTR_NULL(write->keep[i].text.at);
        if (row != NULL)
            row_fill(row, &write->keep[i]);
    }
    return true;
}

static size_t
model_tokens(void *self, struct str text)
{
    (void)self;
    return text.len / 4 + 2;
}

static bool
model_embed(void *self, struct arena *arena, const struct str *texts, size_t count,
            float *vectors, struct err *err)
{
    (void)self;
    (void)arena;
    (void)err;
    embeds += count;
    for (size_t i = 0; i < count; i++) {
        vectors[2 * i] = (float)texts[i].len;
        vectors[2 * i + 1] = (float)(unsigned char)texts[i].at[0];
    }
    if (stop_at_embed > 0 && embeds >= stop_at_embed)
        stop = 1;
    return true;
}

static const struct ingest_sink sink = {NULL, sink_known, sink_write};
static const struct ingest_model model = {NULL, "counting", 2, 256, model_tokens, model_embed};
static const struct ingest_model no_model = {.name = NULL};

struct outcome {
    bool fine;
    struct ingest_report report; /* without its lists */
    char skipped[256];
    struct err err;
};

static struct outcome
run(struct ingest_job job)
{
    static const char *const docs[] = {"docs"};
    static const struct walk_rule all = {.paths = docs, .paths_count = 1};
    struct arena *arena = arena_new(4096);
    struct outcome outcome = {0};

    writes = embeds = 0;
    stop = 0;
    job.sink = &sink;
    job.stop = &stop;
    job.where = job.where == NULL ? &all : job.where;
    job.model = job.model == NULL ? &model : job.model;
    outcome.fine = ingest(arena, &job, &outcome.report, &outcome.err);
    if (outcome.report.walk.skips_count > 0)
        snprintf(outcome.skipped, sizeof outcome.skipped, "%s: %s",
                 outcome.report.walk.skips[0].path, outcome.report.walk.skips[0].reason);
    arena_free(arena);
    return outcome;
}

static void
start(void)
{
    memset(rows, 0, sizeof rows);
    write_fails_at = stop_at_embed = 0;
    folder_enter();
    folder_write("docs/a.md", "# A\n\nfirst\n\n## B\n\nsecond\n\n## C\n\nthird\n");
    folder_write("docs/b.txt", "plain text");
}

static void
test_again(void)
{
    struct outcome first, second;

    start();
    first = run((struct ingest_job){0});
    CU_ASSERT(first.fine);
    CU_ASSERT_EQUAL(first.report.fresh, 2);
    CU_ASSERT_EQUAL(first.report.embedded, 4);
    CU_ASSERT_EQUAL(embeds, 4);
    CU_ASSERT_EQUAL(rows_count("docs/a.md"), 3);
    CU_ASSERT_PTR_NOT_NULL(row_find(STR("docs/a.md#2")));
    CU_ASSERT_STRING_EQUAL(row_need(STR("docs/a.md#1"))->text, "## B\n\nsecond");
    CU_ASSERT(row_need(STR("docs/a.md#1"))->has_vector);
    CU_ASSERT_EQUAL(row_need(STR("docs/a.md#1"))->vector[1], 'A'); /* its heading is embedded */
    second = run((struct ingest_job){0});
    CU_ASSERT(second.fine);
    CU_ASSERT_EQUAL(second.report.unchanged, 2);
    CU_ASSERT_EQUAL(embeds + writes, 0);
    folder_leave();
}

static void
test_change(void)
{
    struct outcome outcome;

    start();
    (void)run((struct ingest_job){0});
    folder_write("docs/a.md", "# A\n\nfirst\n\n## New\n\nnew\n\n## C\n\nthird\n");
    outcome = run((struct ingest_job){0});
    CU_ASSERT_EQUAL(outcome.report.changed, 1);
    CU_ASSERT_EQUAL(outcome.report.unchanged, 1);
    CU_ASSERT_EQUAL(outcome.report.kept, 2);
    CU_ASSERT_EQUAL(embeds, 1);
    CU_ASSERT_EQUAL(writes, 1);
    CU_ASSERT_STRING_EQUAL(row_need(STR("docs/a.md#1"))->text, "## New\n\nnew");
    folder_write("docs/a.md", "# A\n\nfirst\n");
    outcome = run((struct ingest_job){0});
    CU_ASSERT_EQUAL(embeds, 0);
    CU_ASSERT_EQUAL(outcome.report.dropped, 2);
    CU_ASSERT_EQUAL(rows_count("docs/a.md"), 1);
    CU_ASSERT_EQUAL(run((struct ingest_job){0}).report.unchanged, 2);
    folder_leave();
}

static void
test_lost_record(void)
{
    start();
    (void)run((struct ingest_job){0});
    row_need(STR("docs/a.md#1"))->used = false;
    CU_ASSERT_EQUAL(run((struct ingest_job){0}).report.changed, 1);
    CU_ASSERT_EQUAL(embeds, 1);
    CU_ASSERT_EQUAL(rows_count("docs/a.md"), 3);
    folder_leave();
}

static void
test_model_comes(void)
{
    start();
    (void)run((struct ingest_job){.model = &no_model});
    CU_ASSERT_EQUAL(rows_count(NULL), 4);
    CU_ASSERT_FALSE(row_need(STR("docs/b.txt#0"))->has_vector);
    (void)run((struct ingest_job){0});
    CU_ASSERT_EQUAL(embeds, 4);
    CU_ASSERT(row_need(STR("docs/b.txt#0"))->has_vector);
    CU_ASSERT_EQUAL(rows_count(NULL), 4);
    folder_leave();
}

static void
test_sync(void)
{
    static const char *const narrow[] = {"docs/sub"};
    static const struct walk_rule below = {.paths = narrow, .paths_count = 1};
    struct outcome outcome;

    start();
    folder_write("docs/sub/c.txt", "see");
    (void)run((struct ingest_job){0});
    unlink("docs/b.txt");
    CU_ASSERT_EQUAL(run((struct ingest_job){0}).report.removed, 0);
    outcome = run((struct ingest_job){.sync = true, .where = &below});
    CU_ASSERT_EQUAL(outcome.report.removed, 0); /* it is not below docs/sub */
    outcome = run((struct ingest_job){.sync = true, .dry_run = true});
    CU_ASSERT_EQUAL(outcome.report.removed, 1);
    CU_ASSERT_EQUAL(rows_count("docs/b.txt"), 1);
    outcome = run((struct ingest_job){.sync = true});
    CU_ASSERT_EQUAL(outcome.report.removed, 1);
    CU_ASSERT_EQUAL(outcome.report.dropped, 1);
    CU_ASSERT_EQUAL(rows_count("docs/b.txt"), 0);
    CU_ASSERT_EQUAL(rows_count(NULL), 4);
    folder_leave();
}

static void
test_dry_run(void)
{
    struct outcome outcome;

    start();
    outcome = run((struct ingest_job){.dry_run = true});
    CU_ASSERT_EQUAL(outcome.report.fresh, 2);
    CU_ASSERT_EQUAL(outcome.report.embedded, 4);
    CU_ASSERT_EQUAL(embeds + writes + rows_count(NULL), 0);
    folder_leave();
}

static void
test_skips(void)
{
    struct outcome outcome;

    start();
    (void)run((struct ingest_job){0});
    folder_write("docs/b.txt", "not \xff text");
    outcome = run((struct ingest_job){.sync = true});
    CU_ASSERT(outcome.fine);
    CU_ASSERT_STRING_EQUAL(outcome.skipped, "docs/b.txt: not UTF-8 (byte 4)");
    CU_ASSERT_EQUAL(rows_count("docs/b.txt"), 1); /* what was read of it before stays */
    folder_leave();
}

static void
many_write(void)
{
    for (int i = 0; i < 60; i++) {
        char path[32], text[2048] = "";

        snprintf(path, sizeof path, "docs/n%02d.md", i);
        for (int j = 0; j < 10; j++)
            snprintf(text + strlen(text), sizeof text - strlen(text), "# H%d of %d\n\ntext\n\n",
                     j, i);
        folder_write(path, text);
    }
}

/* Each file has all its ten records or none. */
static void
check_whole_files(void)
{
    for (int i = 0; i < 60; i++) {
        char path[32];
        size_t count;

        snprintf(path, sizeof path, "docs/n%02d.md", i);
        count = rows_count(path);
        CU_ASSERT(count == 0 || count == 10);
    }
}

static void
test_stop(void)
{
    struct outcome outcome;

    start();
    many_write();
    stop_at_embed = 300;
    outcome = run((struct ingest_job){0});
    CU_ASSERT(outcome.fine && outcome.report.stopped);
    CU_ASSERT(rows_count(NULL) > 0 && rows_count(NULL) < 604);
    CU_ASSERT_EQUAL(outcome.report.embedded, rows_count(NULL));
    check_whole_files();
    stop_at_embed = 0;
    outcome = run((struct ingest_job){0});
    CU_ASSERT(outcome.report.unchanged > 0);
    CU_ASSERT_EQUAL(rows_count(NULL), 604);
    folder_leave();
}

static void
test_write_fails(void)
{
    struct outcome outcome;

    start();
    many_write();
    write_fails_at = 2;
    outcome = run((struct ingest_job){0});
    CU_ASSERT_FALSE(outcome.fine);
    CU_ASSERT_EQUAL(outcome.err.kind, ERR_BUSY);
    CU_ASSERT_EQUAL(outcome.report.embedded, rows_count(NULL));
    CU_ASSERT(rows_count(NULL) >= 256 && rows_count(NULL) < 604);
    check_whole_files();
    folder_leave();
}

SUITE("ingest", {"a second run embeds and writes nothing", test_again},
      {"a change embeds only new passages and drops vanished ones", test_change},
      {"a record that was deleted comes back", test_lost_record},
      {"a model that is installed later embeds everything", test_model_comes},
      {"sync removes what is gone below the paths, and nothing else", test_sync},
      {"a dry run counts and changes nothing", test_dry_run},
      {"what cannot be read is skipped and what it left stays", test_skips},
      {"stopping leaves whole files", test_stop},
      {"a failed transaction leaves whole files and the error", test_write_fails});
