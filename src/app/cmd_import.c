/*
 * cmd_import: kvasir import: the collections of another server, copied into this installation.
 */
#include "app/command.h"
#include "app/stop.h"
#include "app/visit.h"
#include "base/clock.h"
#include "base/emit.h"
#include "chroma/import.h"
#include "chroma/title.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NAMES    64
#define KEY_ROOM 4096
#define SHOWN_US 1000000 /* between two lines of progress */

struct wish {
    const char *tenant, *key_file;
    const char *only[NAMES];
    size_t only_count;
    bool dry_run;
    char key[KEY_ROOM];
    struct source source;
};

static const struct option options[] = {
    {"tenant", required_argument, NULL, 't'},
    {"from-tenant", required_argument, NULL, 'f'},
    {"database", required_argument, NULL, 'd'},
    {"collection", required_argument, NULL, 'c'},
    {"key-file", required_argument, NULL, 'k'},
    {"dry-run", no_argument, NULL, 'n'},
    {NULL, 0, NULL, 0},
};

static bool
option_take(int option, struct wish *wish)
{
    switch (option) {
    case 't': wish->tenant = optarg; return true;
    case 'f': wish->source.tenant = optarg; return true;
    case 'd': wish->source.database = optarg; return true;
    case 'k': wish->key_file = optarg; return true;
    case 'n': wish->dry_run = true; return true;
    case 'c':
        if (wish->only_count == NAMES)
            return false;
        wish->only[wish->only_count++] = optarg;
        return true;
    default: return false;
    }
}

static bool
wish_read(const struct command_args *args, struct wish *wish)
{
    char *url, *end;

    *wish =
        (struct wish){.tenant = "default_tenant",
                      .source = {.tenant = "default_tenant", .database = "default_database"}};
    for (int option;
         (option = getopt_long(args->count, args->values, "c:t:n", options, NULL)) != -1;)
        if (!option_take(option, wish))
            return false;
    if (args->count - optind != 2 || strcmp(args->values[optind], "chroma") != 0)
        return false;
    url = args->values[optind + 1];
    for (end = url + strlen(url); end > url && end[-1] == '/';)
        *--end = '\0';
    wish->source.url = url;
    wish->source.key = wish->key;
    return strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0;
}

/* The first line of the file, so that no key stands in a list of processes. */
static bool
key_read(struct wish *wish, struct err *err)
{
    FILE *file;
    bool read;

    if (wish->key_file == NULL)
        return true;
    file = fopen(wish->key_file, "re");
    if (file == NULL)
        return err_set(err, ERR_INPUT, "%.100s: %s", wish->key_file, strerror(errno));
    read = fgets(wish->key, KEY_ROOM, file) != NULL;
    fclose(file);
    wish->key[strcspn(wish->key, "\r\n")] = '\0';
    return (read && wish->key[0] != '\0') ||
           err_set(err, ERR_INPUT, "%.100s has no key in its first line", wish->key_file);
}

static bool
names_check(const struct wish *wish, struct err *err)
{
    return title_check(str_of(wish->source.database), "--database: ", err) &&
           title_check(str_of(wish->source.tenant), "--from-tenant: ", err);
}

static bool
is_wanted(const struct wish *wish, struct str name)
{
    for (size_t i = 0; i < wish->only_count; i++)
        if (str_is(name, wish->only[i]))
            return true;
    return wish->only_count == 0;
}

/* Something has to be there, and every name of --collection. */
static bool
wanted_are_there(const struct wish *wish, const struct source_collection *list, size_t count,
                 struct err *err)
{
    if (count == 0)
        return err_set(err, ERR_MISSING,
                       "%.80s has no collection in database %.40s of tenant %.40s",
                       wish->source.url, wish->source.database, wish->source.tenant);
    for (size_t i = 0; i < wish->only_count; i++) {
        size_t at = 0;

        while (at < count && !str_is(list[at].name, wish->only[i]))
            at++;
        if (at == count)
            return err_set(err, ERR_MISSING, "%.80s has no collection %.80s", wish->source.url,
                           wish->only[i]);
    }
    return true;
}

/* What is told while it goes on: when it began and when the last line was written. */
struct telling {
    int64_t began, shown;
};

static void
show(void *self, const struct import_progress *progress)
{
    struct telling *telling = self;
    int64_t now = clock_us();
    double seconds = (double)(now - telling->began) / 1e6;
    bool terminal = isatty(STDERR_FILENO) == 1;

    if (now - telling->shown < SHOWN_US)
        return;
    telling->shown = now;
    fprintf(stderr, "%s%.*s: %ld of %ld records, %.0f/s%s", terminal ? "\r\033[K" : "",
            (int)progress->collection.len, progress->collection.at, progress->written,
            progress->found, (double)progress->written / (seconds + 1e-3),
            terminal ? "" : "\n");
}

static void
report(const struct command_args *args, const struct wish *wish,
       const struct import_progress *progress, struct arena *arena)
{
    struct emit json;
    struct buf buf;

    if (isatty(STDERR_FILENO) == 1)
        fputs("\r\033[K", stderr);
    if (!args->json) {
        printf("%-32.*s %ld records%s", (int)progress->collection.len, progress->collection.at,
               wish->dry_run ? progress->found : progress->written,
               wish->dry_run ? " would be copied\n" : "");
        if (!wish->dry_run)
            printf(", %ld of them new\n", progress->fresh);
        return;
    }
    buf_start(&buf, arena, 256);
    emit_start(&json, &buf);
    emit_object(&json, NULL);
    emit_str(&json, "collection", progress->collection);
    emit_long(&json, "found", progress->found);
    emit_long(&json, "written", progress->written);
    emit_long(&json, "new", progress->fresh);
    emit_bool(&json, "dry_run", wish->dry_run);
    emit_object_end(&json);
    puts(buf.data);
}

static bool
copy_one(const struct wish *wish, const struct import *import,
         const struct source_collection *collection, struct arena *arena,
         struct import_progress *progress, struct err *err)
{
    struct telling *telling = import->show_self;

    telling->began = telling->shown = clock_us();
    if (!wish->dry_run)
        return import_collection(import, collection, progress, err);
    *progress = (struct import_progress){.collection = collection->name};
    return source_count(&wish->source, collection, arena, &progress->found, err);
}

static bool
copy_all(const struct command_args *args, const struct wish *wish, struct visit *visit,
         struct err *err)
{
    struct telling telling = {0};
    struct import import = {.source = &wish->source,
                            .conn = visit->conn,
                            .claims = &visit->claims,
                            .database = str_of(wish->source.database),
                            .stop = stop_catch(),
                            .show = show,
                            .show_self = &telling};
    struct source_collection *list;
    size_t count;

    if (!source_collections(&wish->source, visit->arena, &list, &count, err) ||
        !wanted_are_there(wish, list, count, err) ||
        (!wish->dry_run && !import_open(&import, visit->arena, err)))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct import_progress progress;

        if (!is_wanted(wish, list[i].name))
            continue;
        if (!copy_one(wish, &import, &list[i], visit->arena, &progress, err))
            return false;
        report(args, wish, &progress, visit->arena);
    }
    return true;
}

int
cmd_import(const struct command_args *args)
{
    struct err err = {.kind = ERR_NONE};
    struct visit visit;
    struct wish wish;

    if (!wish_read(args, &wish))
        return command_usage(args);
    if (!key_read(&wish, &err) || !names_check(&wish, &err) ||
        !visit_begin(&visit, VISIT_WITHOUT_MODEL, false, &err))
        return command_fail(args, &err);
    visit.claims.tenant = wish.tenant;
    copy_all(args, &wish, &visit, &err);
    visit_end(&visit);
    return err.kind == ERR_NONE ? COMMAND_OK : command_fail(args, &err);
}
