/*
 * refit: make room for functions that `create or replace` cannot replace.
 */
#include "db/refit.h"

#include "base/buf.h"
#include "db/exec.h"
#include "db/pipe.h"

#include <string.h>

static bool
run(const struct migrate *migrate, const char *what, const char *text, struct err *err)
{
    return exec_run(migrate->conn, what, text, EXEC_FOREVER, err);
}

static const char *
migrations_text(const struct migrate *migrate)
{
    struct buf text;

    buf_start(&text, migrate->arena, 65536);
    for (size_t i = 0; i < migrate->count; i++)
        if (migrate->rows[i].kind == SCHEMA_MIGRATION)
            buf_text(&text, migrate->rows[i].text);
    buf_byte(&text, '\0');
    return text.data;
}

/* All files of functions, on names that are free. */
static bool
files_try(const struct migrate *migrate, struct err *err)
{
    for (size_t i = 0; i < migrate->count; i++) {
        const struct schema *row = &migrate->rows[i];

        if (row->kind == SCHEMA_FUNCTION && (!run(migrate, row->name, row->text, err) ||
                                             !run(migrate, row->name, "reset role", err)))
            return false;
    }
    return true;
}

/* What the files make; absent on failure. */
static struct str
wanted(const struct migrate *migrate, const char *aside, struct err *err)
{
    static const char undo[] = "rollback to savepoint refit; release savepoint refit";
    struct pipe *pipe = pipe_new(migrate->conn, migrate->arena, NULL);
    struct call *call = pipe_add(pipe, STMT_migrate_wanted);

    if (!run(migrate, "savepoint", "savepoint refit", err) ||
        !run(migrate, "functions set aside", aside, err) || !files_try(migrate, err) ||
        !pipe_run(pipe, EXEC_FOREVER, err) || !run(migrate, "rollback", undo, err))
        return (struct str){NULL, 0};
    return call_cell(call, 0, 0);
}

enum { NAME, USED_BY, STATEMENT }; /* columns of migrate_misfits */

static bool
misfits_drop(const struct migrate *migrate, const struct call *call, struct err *err)
{
    for (size_t row = 0; row < call_rows(call); row++)
        if (!call_is_null(call, row, USED_BY))
            return err_set(
                err, ERR_CONFLICT,
                "%.80s is replaced, but %.80s uses it: drop that, migrate again, then "
                "make it anew",
                call_cell(call, row, NAME).at, call_cell(call, row, USED_BY).at);
    if (!run(migrate, "old functions", call_cell(call, 0, STATEMENT).at, err))
        return false;
    for (size_t row = 0; row < call_rows(call); row++)
        migrate->says(&(struct migrate_step){
            .says = "dropped", .file = call_cell(call, row, NAME).at, .ms = -1});
    return true;
}

bool
refit_run(const struct migrate *migrate, bool *dropped_out, struct err *err)
{
    const char *migrations = migrations_text(migrate);
    struct pipe *pipe = pipe_new(migrate->conn, migrate->arena, NULL);
    struct call *call = pipe_add(pipe, STMT_migrate_aside);
    struct str made;

    *dropped_out = false;
    call_text(call, migrations);
    if (!pipe_run(pipe, EXEC_FOREVER, err))
        return false;
    if (call_is_null(call, 0, 0))
        return true; /* a new database */
    made = wanted(migrate, call_cell(call, 0, 0).at, err);
    if (made.at == NULL)
        return false;
    pipe = pipe_new(migrate->conn, migrate->arena, NULL);
    call = pipe_add(pipe, STMT_migrate_misfits);
    call_text(call, migrations);
    call_str(call, made);
    if (!pipe_run(pipe, EXEC_FOREVER, err))
        return false;
    *dropped_out = call_rows(call) > 0;
    return !*dropped_out || misfits_drop(migrate, call, err);
}
