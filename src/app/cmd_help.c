/*
 * cmd_help: kvasir help: what the program or a verb of it does.
 */
#include "app/command.h"

#include <stdio.h>

static void
print_all(void)
{
    const struct command *row;

    puts("Usage: kvasir [--json] [--set KEY=VALUE] VERB [ARGUMENT ...]\n"
         "The person's command of Kvasir, the knowledge and tool backend for agents.\n");
    for (size_t i = 0; (row = command_row(i)) != NULL; i++)
        printf("  %-12s %s\n", row->name, row->says);
    puts("\n  --json           print JSON, errors included\n"
         "  --set KEY=VALUE  overrule a setting\n"
         "  -h, --help       this text, or that of the verb\n"
         "  --version        name and version\n"
         "\nExit status:");
#define COMMAND_EXIT(name, status, says) printf("  %d  %s\n", status, says);
    COMMAND_EXITS
#undef COMMAND_EXIT
}

int
cmd_help(const struct command_args *args)
{
    const struct command *row;
    struct err err = {0};

    if (args->count > 2)
        return command_usage(args);
    if (args->count < 2) {
        print_all();
        return COMMAND_OK;
    }
    row = command_find(args->values[1], &err);
    if (row == NULL) {
        command_fail(args, &err);
        return COMMAND_USAGE;
    }
    printf("Usage: kvasir %s%s%s\n%s\n", row->name, row->usage[0] == '\0' ? "" : " ",
           row->usage, row->says);
    return COMMAND_OK;
}
