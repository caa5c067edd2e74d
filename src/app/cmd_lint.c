/*
 * cmd_lint: kvasir lint: what is wrong with the tenant wall of the database.
 *
 * The rules are rows of sql/queries/lint.sql and, for tools, sqltool.sql.  Exits 1 when there
 * is a finding.
 */
#include "app/command.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/emit.h"
#include "db/pipe.h"

#include <stdio.h>

#define LINT_US 60000000

/* The rules of the wall, and those of functions that are to be tools. */
struct findings {
    const struct call *calls[2]; /* the second NULL: no functions are to be tools */
};

static size_t
count(const struct findings *findings)
{
    return call_rows(findings->calls[0]) +
           (findings->calls[1] == NULL ? 0 : call_rows(findings->calls[1]));
}

static struct str
cell(const struct findings *findings, size_t row, int column)
{
    size_t first = call_rows(findings->calls[0]);

    return row < first ? call_cell(findings->calls[0], row, column)
                       : call_cell(findings->calls[1], row - first, column);
}

static void
print_json(const struct findings *findings, struct arena *arena)
{
    struct emit emit;
    struct buf buf;

    buf_start(&buf, arena, 4096);
    emit_start(&emit, &buf);
    emit_array(&emit, NULL);
    for (size_t row = 0; row < count(findings); row++) {
        emit_object(&emit, NULL);
        emit_str(&emit, "object", cell(findings, row, 0));
        emit_str(&emit, "rule", cell(findings, row, 1));
        emit_str(&emit, "mend", cell(findings, row, 2));
        emit_object_end(&emit);
    }
    emit_array_end(&emit);
    puts(buf.data);
}

static int
report(const struct command_args *args, const struct findings *findings, struct arena *arena)
{
    if (args->json)
        print_json(findings, arena);
    else
        for (size_t row = 0; row < count(findings); row++)
            printf("%s: %s: %s\n", cell(findings, row, 0).at, cell(findings, row, 1).at,
                   cell(findings, row, 2).at);
    if (count(findings) > 0)
        return COMMAND_FAILED;
    if (!args->json)
        puts("nothing found");
    return COMMAND_OK;
}

static struct call *
tools_call_add(struct pipe *pipe)
{
    struct call *call;

    if (conf_text(CONF_tool_schema)[0] == '\0')
        return NULL;
    call = pipe_add(pipe, STMT_lint_tools);
    call_text(call, conf_text(CONF_tool_schema));
    call_text(call, conf_text(CONF_tool_role));
    return call;
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
    struct findings findings;
    int status;

    if (args->count > 1)
        return command_usage(args);
    conn = conn_new(conninfo, "kvasir lint");
    arena = arena_new(65536);
    pipe = pipe_new(conn, arena, NULL);
    findings.calls[0] = pipe_add(pipe, STMT_lint);
    findings.calls[1] = tools_call_add(pipe);
    status = pipe_run(pipe, clock_us() + LINT_US, &err) ? report(args, &findings, arena)
                                                        : command_fail(args, &err);
    conn_free(conn);
    arena_free(arena);
    return status;
}
