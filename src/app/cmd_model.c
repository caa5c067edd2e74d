/*
 * cmd_model: kvasir model: bring an embedding model here, list what is here, verify it.
 */
#include "app/command.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/conf.h"
#include "base/emit.h"
#include "base/str.h"
#include "embed/embed.h"
#include "embed/folder.h"
#include "embed/install.h"
#include "embed/manifest.h"

#include <dirent.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BAR 30

struct work {
    const struct command_args *args;
    struct arena *arena;
    const char *dir; /* model_dir */
    struct emit emit;
    struct buf json;
};

static void
say(void *to, const char *sentence)
{
    (void)to;
    (void)fprintf(stderr, "kvasir: %s\n", sentence);
}

/* One line that is drawn over itself when the percentage changes, on a terminal only. */
static void
progress(void *to, const char *what, size_t done, size_t all)
{
    static const char full[] = "##############################";
    int *drawn = to, percent = all == 0 ? 100 : (int)(done * 100 / all);
    int filled = percent * BAR / 100;

    if (percent == *drawn)
        return;
    *drawn = percent == 100 ? -1 : percent; /* the next file begins anew */
    (void)fprintf(stderr, "\r%-26.26s [%.*s%*s] %3d %%%s", what, filled, full, BAR - filled, "",
                  percent, percent == 100 ? "\n" : "");
}

static struct model_watch
watch_of(int *drawn)
{
    *drawn = -1;
    return (struct model_watch){
        .say = say, .progress = isatty(STDERR_FILENO) ? progress : NULL, .to = drawn};
}

static void
tell(struct work *work, const char *name, const char *state, const struct embed *embed)
{
    struct emit *emit = &work->emit;
    bool in_use = strcmp(name, conf_text(CONF_model)) == 0;

    if (!work->args->json) {
        printf("%-32s %-12s", name, state);
        if (embed != NULL)
            printf(" %5zu dimensions, %4zu tokens, %5.1f MB", embed_dims(embed),
                   embed_window(embed), (double)embed_bytes(embed) / 1e6);
        printf("%s\n", in_use ? "  (in use)" : "");
        return;
    }
    emit_object(emit, NULL);
    emit_text(emit, "name", name);
    emit_text(emit, "state", state);
    emit_bool(emit, "in_use", in_use);
    if (embed != NULL) {
        emit_long(emit, "dimensions", (long)embed_dims(embed));
        emit_long(emit, "window", (long)embed_window(embed));
        emit_long(emit, "bytes", (long)embed_bytes(embed));
    }
    emit_object_end(emit);
}

static bool
tell_opened(struct work *work, const char *name, const char *state, struct err *err)
{
    struct embed *embed;

    if (!embed_open(work->dir, name, &embed, err))
        return false;
    tell(work, name, state, embed);
    embed_close(embed);
    return true;
}

/* "all-MiniLM-L6-v2" of ".../all-MiniLM-L6-v2/". */
static char *
last_part(struct arena *arena, const char *path)
{
    size_t end = strlen(path), begin;

    while (end > 1 && path[end - 1] == '/')
        end--;
    for (begin = end; begin > 0 && path[begin - 1] != '/'; begin--)
        ;
    return str_copy(arena, (struct str){path + begin, end - begin});
}

static bool
is_folder(const char *path)
{
    struct stat found;

    return stat(path, &found) == 0 && S_ISDIR(found.st_mode);
}

static bool
install_watched(struct work *work, struct install *order, struct err *err)
{
    bool already = false, local = order->from == NULL && model_find(order->name) == NULL &&
                                  (strchr(order->name, '/') != NULL || is_folder(order->name));

    if (local) {
        order->from = order->name;
        order->name = last_part(work->arena, order->from);
        if (!install_folder(order, err))
            return false;
    } else if (!install_known(order, &already, err)) {
        return false;
    }
    return tell_opened(work, order->name, already ? "already here" : "installed", err);
}

static bool
install(struct work *work, struct install *order, struct err *err)
{
    int drawn;
    struct model_watch watch = watch_of(&drawn);
    bool good;

    order->dir = work->dir;
    order->watch = &watch;
    good = install_watched(work, order, err);
    order->watch = NULL;
    return good;
}

/* Options may stand before or after the name. */
static int
run_install(struct work *work, int count, char **values)
{
    static const struct option options[] = {{"from", required_argument, NULL, 'f'},
                                            {"force", no_argument, NULL, 'F'},
                                            {NULL, 0, NULL, 0}};
    struct install order = {.name = conf_text(CONF_model)};
    struct err err = {0};
    int option;

    optind = 0;
    while ((option = getopt_long(count, values, "", options, NULL)) != -1) {
        if (option != 'f' && option != 'F')
            return command_usage(work->args);
        order.force = order.force || option == 'F';
        order.from = option == 'f' ? optarg : order.from;
    }
    if (count - optind > 1)
        return command_usage(work->args);
    if (optind < count)
        order.name = values[optind];
    if (strcmp(order.name, "none") == 0)
        (void)err_set(&err, ERR_INPUT, "the setting model is none; name a model to install");
    else if (install(work, &order, &err))
        return COMMAND_OK;
    return command_fail(work->args, &err);
}

/* What an installation under way or broken off has left is not a model. */
static bool
is_model(const struct work *work, const char *name)
{
    return name[0] != '.' && strstr(name, ".tmp.") == NULL &&
           is_folder(folder_path(work->arena, work->dir, name));
}

static int
run_list(struct work *work, int count)
{
    struct dirent **names = NULL;
    int found;

    if (count > 1)
        return command_usage(work->args);
    found = scandir(work->dir, &names, NULL, alphasort);
    for (int i = 0; i < found; i++) {
        struct err err = {0};

        if (is_model(work, names[i]->d_name) &&
            !tell_opened(work, names[i]->d_name, "usable", &err)) {
            tell(work, names[i]->d_name, "not usable", NULL);
            say(NULL, err.text);
        }
        free(names[i]);
    }
    free(names);
    return COMMAND_OK;
}

static int
run_verify(struct work *work, int count, char **values)
{
    const char *name = count == 2 ? values[1] : conf_text(CONF_model);
    int drawn;
    struct model_watch watch = watch_of(&drawn);
    const struct model *model = model_find(name);
    const char *folder = folder_path(work->arena, work->dir, name);
    struct err err = {0};

    if (count > 2)
        return command_usage(work->args);
    if (!is_folder(folder))
        (void)err_set(&err, ERR_MISSING, "there is no model %.60s in %.120s", name, work->dir);
    else if (manifest_verify(work->arena, folder, &watch, &err) &&
             (model == NULL || manifest_matches(work->arena, folder, model->files) ||
              err_set(&err, ERR_INPUT,
                      "%.60s is whole, but not the model that we know by that name", name)) &&
             tell_opened(work, name, "verified", &err))
        return COMMAND_OK;
    return command_fail(work->args, &err);
}

static int
run(struct work *work, const char *verb, int count, char **values)
{
    if (strcmp(verb, "install") == 0)
        return run_install(work, count, values);
    if (strcmp(verb, "list") == 0)
        return run_list(work, count);
    if (strcmp(verb, "verify") == 0)
        return run_verify(work, count, values);
    return command_usage(work->args);
}

int
cmd_model(const struct command_args *args)
{
    struct work work = {.args = args, .dir = conf_text(CONF_model_dir)};
    int status;

    if (args->count < 2)
        return command_usage(args);
    work.arena = arena_new(4096);
    buf_start(&work.json, work.arena, 1024);
    emit_start(&work.emit, &work.json);
    emit_array(&work.emit, NULL);
    status = run(&work, args->values[1], args->count - 1, args->values + 1);
    emit_array_end(&work.emit);
    if (args->json && status == COMMAND_OK)
        puts(work.json.data);
    arena_free(work.arena);
    return status;
}
