/*
 * kvasir: the person's command: finds the verb, loads the settings, runs it.
 *
 * The options that every verb takes may stand before or after it, up to "--".
 */
#include "app/command.h"
#include "base/conf.h"
#include "base/log.h"
#include "config.h"
#include "embed/blas.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct line {
    const char **set; /* "key=value" each */
    size_t set_count;
    char **rest; /* the verb and its own arguments */
    int rest_count;
    bool json, help, version;
};

static int
refuse(const char *why, const char *what)
{
    fprintf(stderr, "kvasir: %s%s; see kvasir help\n", what, why);
    return COMMAND_USAGE;
}

/* One of the common options at argv[*at]; *at moves to the last word of it. */
static bool
take_common(struct line *line, char **argv, int *at)
{
    const char *word = argv[*at];

    if (strcmp(word, "--json") == 0)
        line->json = true;
    else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        line->help = true;
    else if (strcmp(word, "--version") == 0 && line->rest_count == 0)
        line->version = true;
    else if (strncmp(word, "--set=", 6) == 0)
        line->set[line->set_count++] = word + 6;
    else if (strcmp(word, "--set") == 0 && argv[*at + 1] != NULL)
        line->set[line->set_count++] = argv[++*at];
    else
        return false;
    return true;
}

static void
split(struct line *line, int argc, char **argv)
{
    int at = 1;

    for (; at < argc && strcmp(argv[at], "--") != 0; at++)
        if (!take_common(line, argv, &at))
            line->rest[line->rest_count++] = argv[at];
    for (; at < argc; at++)
        line->rest[line->rest_count++] = argv[at];
}

static int
run(const struct line *line, const struct command *command)
{
    struct command_args args = {command, line->rest_count, line->rest, line->json};
    struct err err = {0};

    if (command->needs == COMMAND_SETTINGS && !conf_load(line->set, line->set_count, &err)) {
        command_fail(&args, &err);
        return COMMAND_USAGE;
    }
    return command->run(&args);
}

/* A closed pipe or a full disk under standard output is a failure too. */
static int
flush(int status)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return status;
    perror("kvasir: standard output");
    return status == COMMAND_OK ? COMMAND_FAILED : status;
}

static int
obey(struct line *line)
{
    static char help[] = "help";
    const struct command *command;
    struct err err = {0};

    if (line->version) {
        puts(PACKAGE_STRING);
        return COMMAND_OK;
    }
    if (line->help) { /* kvasir VERB --help is kvasir help VERB */
        line->rest[1] = line->rest[0];
        line->rest[0] = help;
        line->rest_count = line->rest_count == 0 ? 1 : 2;
        line->rest[line->rest_count] = NULL;
    }
    if (line->rest_count == 0)
        return refuse("which verb", "");
    if (line->rest[0][0] == '-')
        return refuse(" is not an option", line->rest[0]);
    command = command_find(line->rest[0], &err);
    if (command == NULL)
        return refuse(err.text, "");
    return run(line, command);
}

int
main(int argc, char **argv)
{
    size_t room = (size_t)argc + 2;
    struct line line = {.set = calloc(room, sizeof *line.set),
                        .rest = calloc(room, sizeof *line.rest)};
    struct err err = {0};
    int status;

    if (line.set == NULL || line.rest == NULL)
        abort();
    log_open("kvasir", NULL, LOG_WARN_LEVEL, &err);
    blas_choose();
    split(&line, argc, argv);
    status = flush(obey(&line));
    conf_free();
    free(line.set);
    free(line.rest);
    return status;
}
