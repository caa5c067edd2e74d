/*
 * cmd_ingest: kvasir ingest: files into a collection, and again when they change.
 */
#include "app/command.h"
#include "app/ingest_report.h"
#include "app/stop.h"
#include "app/visit.h"
#include "base/clock.h"
#include "ingest/ingest.h"
#include "ingest/sink.h"
#include "ingest/spread.h"
#include "store/collection.h"

#include <getopt.h>
#include <string.h>

#define GLOBS 64

struct wish {
    const char *collection, *tenant;
    bool sync, dry_run;
    const char *include[GLOBS], *exclude[GLOBS];
    struct walk_rule where;
};

static const struct option options[] = {
    {"collection", required_argument, NULL, 'c'},
    {"tenant", required_argument, NULL, 't'},
    {"sync", no_argument, NULL, 's'},
    {"dry-run", no_argument, NULL, 'n'},
    {"include", required_argument, NULL, 'i'},
    {"exclude", required_argument, NULL, 'x'},
    {NULL, 0, NULL, 0},
};

static bool
glob_add(const char **globs, size_t *count)
{
    if (*count == GLOBS)
        return false;
    globs[(*count)++] = optarg;
    return true;
}

static bool
option_take(int option, struct wish *wish)
{
    switch (option) {
    case 'c': wish->collection = optarg; return true;
    case 't': wish->tenant = optarg; return true;
    case 's': wish->sync = true; return true;
    case 'n': wish->dry_run = true; return true;
    case 'i': return glob_add(wish->include, &wish->where.include_count);
    case 'x': return glob_add(wish->exclude, &wish->where.exclude_count);
    default: return false;
    }
}

static bool
wish_read(const struct command_args *args, struct wish *wish)
{
    *wish = (struct wish){.collection = "docs"};
    for (int option;
         (option = getopt_long(args->count, args->values, "c:t:sn", options, NULL)) != -1;)
        if (!option_take(option, wish))
            return false;
    if (optind < args->count && strcmp(args->values[optind], "--") == 0)
        optind++;
    wish->where.include = wish->include;
    wish->where.exclude = wish->exclude;
    wish->where.paths = (const char *const *)args->values + optind;
    wish->where.paths_count = (size_t)(args->count - optind);
    return wish->where.paths_count > 0;
}

static size_t
model_tokens(void *self, struct str text)
{
    return embed_tokens(self, text);
}

static bool
model_embed(void *self, struct arena *arena, const struct str *texts, size_t count,
            float *vectors, struct err *err)
{
    (void)arena;
    return spread_texts(self, texts, count, vectors, err);
}

static struct ingest_model
model_of(struct embed *embed)
{
    if (embed == NULL)
        return (struct ingest_model){.name = NULL};
    return (struct ingest_model){.self = embed,
                                 .name = embed_model(embed),
                                 .dims = embed_dims(embed),
                                 .window = embed_window(embed),
                                 .tokens = model_tokens,
                                 .embed = model_embed};
}

static bool
ingest_run(const struct command_args *args, const struct wish *wish, struct visit *visit,
           struct err *err)
{
    struct ingest_model model = model_of(visit->embed);
    struct sink target = {.conn = visit->conn,
                          .claims = &visit->claims,
                          .database = STR(COLLECTION_DATABASE),
                          .collection = str_of(wish->collection),
                          .model = model.name,
                          .dims = model.dims,
                          .dry_run = wish->dry_run};
    struct ingest_sink sink = sink_bind(&target);
    struct ingest_report_form form = {.collection = wish->collection,
                                      .model = model.name,
                                      .dry_run = wish->dry_run,
                                      .json = args->json,
                                      .began = clock_us()};
    struct ingest_job job = {.sink = &sink,
                             .model = &model,
                             .where = &wish->where,
                             .sync = wish->sync,
                             .dry_run = wish->dry_run,
                             .stop = stop_catch(),
                             .show = ingest_report_show,
                             .show_self = &form};
    struct ingest_report report;
    bool fine;

    fine = ingest(visit->arena, &job, &report, err);
    if (fine || report.files_done > 0)
        ingest_report_print(&form, &report, visit->arena);
    return fine &&
           (!report.stopped || err_set(err, ERR_GONE, "stopped; run it again to go on"));
}

int
cmd_ingest(const struct command_args *args)
{
    struct err err = {.kind = ERR_NONE};
    struct visit visit;
    struct wish wish;

    if (!wish_read(args, &wish))
        return command_usage(args);
    if (!visit_begin(&visit, VISIT_WITH_MODEL, false, &err))
        return command_fail(args, &err);
    if (wish.tenant != NULL)
        visit.claims.tenant = wish.tenant;
    if (visit.no_model.kind != ERR_NONE)
        err = visit.no_model; /* model=none says that words alone are wanted */
    else
        ingest_run(args, &wish, &visit, &err);
    visit_end(&visit);
    return err.kind == ERR_NONE ? COMMAND_OK : command_fail(args, &err);
}
