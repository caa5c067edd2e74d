/*
 * command_table: every verb: COMMAND(name, needs, usage, what it says); its file is
 * cmd_<name>.c.
 */
/* clang-format off */
COMMAND(config,    COMMAND_SETTINGS, "", "Print the settings in force and where each comes from; secrets are not shown.")
COMMAND(help,      COMMAND_NOTHING,  "[VERB]", "Say what the program or a verb of it does.")
COMMAND(reference, COMMAND_NOTHING,  "[--mdoc] commands | exits | metrics | settings", "Print a table of the program for the manual, as Markdown or as mdoc.")
/* clang-format on */
