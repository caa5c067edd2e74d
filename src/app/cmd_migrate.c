/*
 * cmd_migrate: kvasir migrate: bring the database to the schema of this program.
 *
 * --status says how each file stands and exits 1 when one is not applied; --dry-run says what
 * would be done.
 */
#include "app/command.h"
#include "base/clock.h"
#include "base/conf.h"
#include "db/migrate.h"

#include <stdio.h>
#include <string.h>

#define CONNECT_US 10000000

static void
say(const struct migrate_step *step)
{
    if (step->ms < 0)
        printf("%-12s %s\n", step->says, step->file);
    else
        printf("%-12s %s (%ld ms)\n", step->says, step->file, step->ms);
    fflush(stdout);
}

/* Names of files and our own words: nothing in them needs escaping. */
static void
say_json(const struct migrate_step *step)
{
    printf("{\"step\":\"%s\",\"file\":\"%s\"", step->says, step->file);
    if (step->ms >= 0)
        printf(",\"ms\":%ld", step->ms);
    puts("}");
    fflush(stdout);
}

static bool
options_read(const struct command_args *args, enum migrate_mode *mode_out)
{
    *mode_out = MIGRATE_APPLY;
    for (int i = 1; i < args->count; i++) {
        if (*mode_out != MIGRATE_APPLY)
            return false;
        if (strcmp(args->values[i], "--status") == 0)
            *mode_out = MIGRATE_STATUS;
        else if (strcmp(args->values[i], "--dry-run") == 0)
            *mode_out = MIGRATE_DRY_RUN;
        else
            return false;
    }
    return true;
}

static int
report(const struct command_args *args, const struct migrate *migrate)
{
    if (!args->json && migrate->pending == 0)
        puts(migrate->mode == MIGRATE_STATUS ? "all applied" : "nothing to do");
    return migrate->mode == MIGRATE_STATUS && migrate->pending > 0 ? COMMAND_FAILED
                                                                   : COMMAND_OK;
}

int
cmd_migrate(const struct command_args *args)
{
    struct migrate migrate = {.says = args->json ? say_json : say};
    struct err err = {.kind = ERR_NONE};
    int status;

    if (!options_read(args, &migrate.mode))
        return command_usage(args);
    if (conf_text(CONF_database_admin)[0] == '\0') {
        err_set(&err, ERR_INPUT,
                "set database_admin to the connection string of a role that may create roles");
        command_fail(args, &err);
        return COMMAND_USAGE;
    }
    migrate.conn = conn_new(conf_text(CONF_database_admin), "kvasir migrate");
    migrate.arena = arena_new(65536);
    migrate.rows = schema_rows(&migrate.count);
    status =
        conn_need(migrate.conn, clock_us() + CONNECT_US, &err) && migrate_run(&migrate, &err)
            ? report(args, &migrate)
            : command_fail(args, &err);
    conn_free(migrate.conn);
    arena_free(migrate.arena);
    return status;
}
