/*
 * cmd_config: kvasir config: the settings in force and where each comes from.
 */
#include "app/command.h"
#include "base/conf.h"

#include <stdio.h>

int
cmd_config(const struct command_args *args)
{
    if (args->count > 1)
        return command_usage(args);
    conf_print(stdout, args->json);
    return COMMAND_OK;
}
