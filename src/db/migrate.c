/*
 * migrate: bring a database to the schema of this program.
 */
#include "db/migrate.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/str.h"
#include "db/exec.h"
#include "db/pipe.h"
#include "db/refit.h"

#include <string.h>

#define ASK_US          10000000 /* for questions that need no work */
#define POSTGRES_LEAST  150000
#define PGVECTOR_LEAST  7 /* of 0.x */
#define PGVECTOR_WANTED "pgvector 0.7 or newer is needed"

enum state { STATE_MISSING, STATE_CHANGED, STATE_DONE };

struct file {
    const struct schema *schema;
    char checksum[DIGEST_HEX];
    enum state state;
};

struct plan {
    struct migrate *migrate;
    struct file *files;
    const char **gone; /* files of functions that the ledger knows and we do not */
    size_t gone_count;
    bool has_ledger;
};

/* Runs one statement without parameters; its result is NULL when that failed. */
static struct call *
ask(struct migrate *migrate, enum stmt_id stmt, int64_t deadline, struct err *err)
{
    struct pipe *pipe = pipe_new(migrate->conn, migrate->arena, NULL);
    struct call *call = pipe_add(pipe, stmt);

    return pipe_run(pipe, deadline, err) ? call : NULL;
}

static bool
vector_is_old(struct str version)
{
    long major = 0, minor = 0;
    const char *dot = version.at == NULL ? NULL : strchr(version.at, '.');
    const char *rest = dot == NULL ? NULL : dot + 1 + strspn(dot + 1, "0123456789");

    return dot == NULL ||
           !str_to_long((struct str){version.at, (size_t)(dot - version.at)}, 0, 999, &major) ||
           !str_to_long((struct str){dot + 1, (size_t)(rest - dot - 1)}, 0, 999, &minor) ||
           (major == 0 && minor < PGVECTOR_LEAST);
}

static bool
vector_check(const struct call *server, int version, struct err *err)
{
    struct str installed = call_cell(server, 0, 1), available = call_cell(server, 0, 2);

    if (installed.at == NULL && available.at == NULL)
        return err_set(err, ERR_UNAVAILABLE,
                       PGVECTOR_WANTED ": install the package postgresql-%d-pgvector on the "
                                       "database server",
                       version / 10000);
    if (installed.at != NULL && vector_is_old(installed))
        return err_set(err, ERR_UNAVAILABLE,
                       PGVECTOR_WANTED ", this database has %s: install it on the server, then "
                                       "run in psql: alter extension vector update",
                       installed.at);
    if (installed.at == NULL && vector_is_old(available))
        return err_set(err, ERR_UNAVAILABLE,
                       PGVECTOR_WANTED ", the server has %s: install a newer package",
                       available.at);
    if (installed.at == NULL && !call_cell_bool(server, 0, 4))
        return err_set(err, ERR_DENIED,
                       "this role may not install pgvector: have a superuser run once in this "
                       "database: create extension vector with schema public");
    return true;
}

static bool
server_check(struct plan *plan, struct err *err)
{
    struct call *call = ask(plan->migrate, STMT_migrate_server, clock_us() + ASK_US, err);
    struct str encoding;
    int version = conn_server_version(plan->migrate->conn);

    if (call == NULL)
        return false;
    encoding = call_cell(call, 0, 0);
    plan->has_ledger = call_cell_bool(call, 0, 3);
    if (version < POSTGRES_LEAST)
        return err_set(err, ERR_UNAVAILABLE,
                       "this is Postgres %d; 15 or newer is needed: upgrade the server",
                       version / 10000);
    if (!str_is(encoding, "UTF8"))
        return err_set(err, ERR_UNAVAILABLE,
                       "the database's encoding is %s: create it with encoding 'UTF8'",
                       encoding.at);
    return vector_check(call, version, err);
}

static struct file *
file_find(const struct plan *plan, int number, struct str name)
{
    for (size_t i = 0; i < plan->migrate->count; i++) {
        const struct schema *schema = plan->files[i].schema;

        if (number > 0 ? schema->number == number
                       : schema->kind == SCHEMA_FUNCTION && str_is(name, schema->name))
            return &plan->files[i];
    }
    return NULL;
}

/* One row of the ledger: number, name, checksum. */
static bool
history_row(struct plan *plan, const struct call *call, size_t row, struct err *err)
{
    int number = (int)call_cell_long(call, row, 0);
    struct str name = call_cell(call, row, 1), checksum = call_cell(call, row, 2);
    struct file *file = file_find(plan, number, name);

    if (file == NULL && number > 0)
        return err_set(err, ERR_CONFLICT,
                       "the database has migration %s, which this program does not know: "
                       "install the version that made it, or a newer one",
                       name.at);
    if (file == NULL) {
        plan->gone[plan->gone_count++] = name.at;
        return true;
    }
    file->state = str_is(checksum, file->checksum) ? STATE_DONE : STATE_CHANGED;
    if (number > 0 && file->state == STATE_CHANGED)
        return err_set(err, ERR_CONFLICT,
                       "%s was edited after it was applied (then %s, now %s): restore it",
                       file->schema->name, checksum.at, file->checksum);
    return true;
}

static bool
history_read(struct plan *plan, struct err *err)
{
    struct call *call;
    const char *missing = NULL;

    if (!plan->has_ledger)
        return true;
    call = ask(plan->migrate, STMT_migrate_history, clock_us() + ASK_US, err);
    if (call == NULL)
        return false;
    plan->gone_count = 0;
    plan->gone = arena_take(plan->migrate->arena, (call_rows(call) + 1) * sizeof *plan->gone);
    for (size_t row = 0; row < call_rows(call); row++)
        if (!history_row(plan, call, row, err))
            return false;
    for (size_t i = 0; i < plan->migrate->count; i++) {
        const struct file *file = &plan->files[i];

        if (file->schema->kind != SCHEMA_MIGRATION)
            continue;
        if (missing != NULL && file->state != STATE_MISSING)
            return err_set(err, ERR_CONFLICT,
                           "%s is applied but %s before it is not: restore the database from a "
                           "backup",
                           file->schema->name, missing);
        if (file->state == STATE_MISSING)
            missing = file->schema->name;
    }
    return true;
}

static void
say(const struct plan *plan, const char *says, const char *file, int64_t us)
{
    plan->migrate->says(&(struct migrate_step){
        .says = says, .file = file, .ms = us < 0 ? -1 : (long)(us / 1000)});
}

/* Within a transaction: the file, and that it was done. */
static bool
file_apply(struct plan *plan, struct file *file, struct err *err)
{
    struct migrate *migrate = plan->migrate;
    struct pipe *pipe = pipe_new(migrate->conn, migrate->arena, NULL);
    int64_t begin = clock_us();
    struct call *call;

    if (!exec_run(migrate->conn, file->schema->name, file->schema->text, EXEC_FOREVER, err) ||
        !exec_run(migrate->conn, file->schema->name, "reset role", EXEC_FOREVER, err))
        return false;
    call = pipe_add(pipe, STMT_migrate_record);
    if (file->schema->number > 0)
        call_long(call, file->schema->number);
    else
        call_null(call);
    call_text(call, file->schema->name);
    call_text(call, file->checksum);
    call_double(call, (double)(clock_us() - begin) / 1000);
    if (!pipe_run(pipe, EXEC_FOREVER, err))
        return false;
    say(plan, "applied", file->schema->name, clock_us() - begin);
    return true;
}

/* Within a transaction: all files of the range that need it. */
static bool
range_apply(struct plan *plan, size_t from, size_t to, struct err *err)
{
    for (size_t i = from; i < to; i++) {
        if (plan->files[i].state == STATE_DONE)
            continue;
        plan->migrate->pending++;
        if (!file_apply(plan, &plan->files[i], err))
            return false;
    }
    return true;
}

/* Within the transaction of a migration, which may drop functions that hold what it alters. */
static bool
functions_outdate(struct plan *plan, struct err *err)
{
    for (size_t i = 0; i < plan->migrate->count; i++) {
        struct file *file = &plan->files[i];

        if (file->schema->kind == SCHEMA_FUNCTION && file->state == STATE_DONE)
            file->state = STATE_CHANGED;
    }
    return ask(plan->migrate, STMT_migrate_outdate, EXEC_FOREVER, err) != NULL;
}

static bool
migration_apply(struct plan *plan, size_t at, struct err *err)
{
    struct conn *conn = plan->migrate->conn;

    if (plan->files[at].state == STATE_DONE)
        return true;
    if (!exec_begin(conn, err))
        return false;
    if (range_apply(plan, at, at + 1, err) && functions_outdate(plan, err))
        return exec_commit(conn, err);
    exec_rollback(conn);
    return false;
}

/* Within a transaction: the ledger without the files that are no more. */
static bool
gone_forget(struct plan *plan, size_t from, struct err *err)
{
    struct pipe *pipe = pipe_new(plan->migrate->conn, plan->migrate->arena, NULL);
    struct call *call = pipe_add(pipe, STMT_migrate_forget);
    struct array *names = array_new(pipe, ARRAY_TEXT);

    for (size_t i = from; i < plan->migrate->count; i++)
        array_str(names, str_of(plan->files[i].schema->name));
    call_array(call, names);
    if (!pipe_run(pipe, EXEC_FOREVER, err))
        return false;
    for (size_t i = 0; i < plan->gone_count; i++)
        say(plan, "forgot", plan->gone[i], -1);
    plan->migrate->pending += plan->gone_count;
    return true;
}

/* Within a transaction: the database has the functions that the files define, and no others. */
static bool
functions_replace(struct plan *plan, size_t from, struct err *err)
{
    bool dropped;

    if (!refit_run(plan->migrate, &dropped, err))
        return false;
    for (size_t i = from; dropped && i < plan->migrate->count; i++)
        plan->files[i].state = STATE_CHANGED;
    return range_apply(plan, from, plan->migrate->count, err) && gone_forget(plan, from, err);
}

static bool
functions_apply(struct plan *plan, size_t from, struct err *err)
{
    struct conn *conn = plan->migrate->conn;
    bool done = plan->gone_count == 0;

    for (size_t i = from; i < plan->migrate->count; i++)
        done = done && plan->files[i].state == STATE_DONE;
    if (done)
        return true;
    if (!exec_begin(conn, err))
        return false;
    if (functions_replace(plan, from, err))
        return exec_commit(conn, err);
    exec_rollback(conn);
    return false;
}

static bool
ledger_run(struct plan *plan, struct err *err)
{
    const struct schema *ledger = plan->files[0].schema;

    return exec_run(plan->migrate->conn, ledger->name, ledger->text, EXEC_FOREVER, err);
}

static bool
plan_apply(struct plan *plan, struct err *err)
{
    size_t at = 1; /* the ledger is the first file */

    if (!ledger_run(plan, err))
        return false;
    plan->has_ledger = true;
    if (!history_read(plan, err))
        return false;
    for (; at < plan->migrate->count && plan->files[at].schema->kind == SCHEMA_MIGRATION; at++)
        if (!migration_apply(plan, at, err))
            return false;
    /* Once more: the owner of all may only now exist. */
    return functions_apply(plan, at, err) &&
           (plan->migrate->pending == 0 || ledger_run(plan, err));
}

static bool
plan_lock(struct plan *plan, struct err *err)
{
    struct call *call = ask(plan->migrate, STMT_migrate_lock_try, clock_us() + ASK_US, err);

    if (call == NULL)
        return false;
    if (call_cell_bool(call, 0, 0))
        return true;
    say(plan, "waiting", "for another kvasir migrate", -1);
    return ask(plan->migrate, STMT_migrate_lock, EXEC_FOREVER, err) != NULL;
}

static bool
plan_apply_locked(struct plan *plan, struct err *err)
{
    struct conn *conn = plan->migrate->conn;
    struct err later = {.kind = ERR_NONE};
    bool ok;

    if (!plan_lock(plan, err))
        return false;
    conn_hold(conn); /* the lock belongs to the session */
    ok = plan_apply(plan, err);
    ask(plan->migrate, STMT_migrate_unlock, clock_us() + ASK_US, &later);
    conn_release(conn);
    return ok;
}

static bool
plan_tell(struct plan *plan, struct err *err)
{
    static const char *const status[] = {"not applied", "changed", "applied"};
    bool dry_run = plan->migrate->mode == MIGRATE_DRY_RUN;

    if (!history_read(plan, err))
        return false;
    for (size_t i = 1; i < plan->migrate->count; i++) {
        const struct file *file = &plan->files[i];

        plan->migrate->pending += file->state != STATE_DONE;
        if (!dry_run)
            say(plan, status[file->state], file->schema->name, -1);
        else if (file->state != STATE_DONE)
            say(plan, "would apply", file->schema->name, -1);
    }
    for (size_t i = 0; i < plan->gone_count; i++)
        say(plan, dry_run ? "would forget" : "gone", plan->gone[i], -1);
    plan->migrate->pending += plan->gone_count;
    return true;
}

bool
migrate_run(struct migrate *migrate, struct err *err)
{
    struct plan plan = {.migrate = migrate};

    plan.files = arena_take(migrate->arena, migrate->count * sizeof *plan.files);
    for (size_t i = 0; i < migrate->count; i++) {
        plan.files[i].schema = &migrate->rows[i];
        digest_hex(migrate->rows[i].text, strlen(migrate->rows[i].text),
                   plan.files[i].checksum);
    }
    migrate->pending = 0;
    if (!server_check(&plan, err))
        return false;
    return migrate->mode == MIGRATE_APPLY ? plan_apply_locked(&plan, err)
                                          : plan_tell(&plan, err);
}
