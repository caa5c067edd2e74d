/*
 * cmd_lint: kvasir lint: what is wrong with the tenant wall of the database.
 *
 * The rules are rows of sql/queries/lint.sql.  Exits 1 when there is a finding.
 */
#include "app/command.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/emit.h"
#include "db/pipe.h"

#include <stdio.h>

#define LINT_US 60000000

static void
print_json(const struct call *findings, struct arena *arena)
{
    struct emit emit;
    struct buf buf;

    buf_start(&buf, arena, 4096);
    emit_start(&emit, &buf);
    emit_array(&emit, NULL);
    for (size_t row = 0; row < call_rows(findings); row++) {
        emit_object(&emit, NULL);
        emit_str(&emit, "object", call_cell(findings, row, 0));
        emit_str(&emit, "rule", call_cell(findings, row, 1));
        emit_str(&emit, "mend", call_cell(findings, row, 2));
        emit_object_end(&emit);
    }
    emit_array_end(&emit);
    puts(buf.data);
}

static int
report(const struct command_args *args, const struct call *findings, struct arena *arena)
{
    if (args->json)
        print_json(findings, arena);
    else
        for (size_t row = 0; row < call_rows(findings); row++)
            printf("%s: %s: %s\n", call_cell(findings, row, 0).at,
                   call_cell(findings, row, 1).at, call_cell(findings, row, 2).at);
    if (call_rows(findings) > 0)
        return COMMAND_FAILED;
    if (!args->json)
        puts("nothing found");
    return COMMAND_OK;
}

int
cmd_lint(const struct command_args *args)
{
    const char *admin = conf_text(CONF_database_admin);
    const char *conninfo = admin[0] == '\0' ? conf_text(CONF_database) : admin;
    struct err err = {.kind = ERR_NONE};
    struct arena *arena;
    struct conn *conn;
    struct pipe *pipe;
    struct call *findings;
    int status;

    if (args->count > 1)
        return command_usage(args);
    conn = conn_new(conninfo, "kvasir lint");
    arena = arena_new(65536);
    pipe = pipe_new(conn, arena, NULL);
    findings = pipe_add(pipe, STMT_lint);
    status = pipe_run(pipe, clock_us() + LINT_US, &err) ? report(args, findings, arena)
                                                        : command_fail(args, &err);
    conn_free(conn);
    arena_free(arena);
    return status;
}
