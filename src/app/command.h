/*
 * command: one verb of the program kvasir.
 *
 * Each verb is a row of app/command_table.h and a file app/cmd_<verb>.c.  Options that every
 * verb takes (--json, --set, --help) are gone from the arguments when its function runs, the
 * settings are loaded, and what it returns is the exit status of the program.
 */
#ifndef APP_COMMAND_H
#define APP_COMMAND_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* clang-format off */
#define COMMAND_EXITS \
    COMMAND_EXIT(OK,          0, "done") \
    COMMAND_EXIT(FAILED,      1, "not done; standard error says why") \
    COMMAND_EXIT(USAGE,       2, "the command line or a setting is wrong; nothing was done") \
    COMMAND_EXIT(UNAVAILABLE, 3, "something that is needed is away; the same command may work later") \
    COMMAND_EXIT(MISSING,     4, "what was asked for does not exist")
/* clang-format on */

enum command_exit {
#define COMMAND_EXIT(name, status, says) COMMAND_##name = (status),
    COMMAND_EXITS
#undef COMMAND_EXIT
};

/* Whether a verb can do its work with settings that cannot be read. */
enum command_needs { COMMAND_NOTHING, COMMAND_SETTINGS };

struct command_args;

struct command {
    const char *name;
    enum command_needs needs;
    const char *usage; /* what follows the name */
    const char *says;  /* one sentence */
    int (*run)(const struct command_args *args);
};

struct command_args {
    const struct command *command;
    int count;     /* values[0] is the verb itself, so that getopt_long() likes them */
    char **values; /* ends with NULL */
    bool json;
};

const struct command *command_row(size_t index); /* NULL past the last */
const struct command *command_find(const char *name, struct err *err);

/* Report on standard error and return the exit status that fits. */
int command_fail(const struct command_args *args, const struct err *err);
int command_usage(const struct command_args *args);

#define COMMAND(name, needs, usage, says) int cmd_##name(const struct command_args *args);
#include "app/command_table.h"
#undef COMMAND

#endif
