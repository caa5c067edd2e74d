/*
 * doctor_db: checks of Postgres: its roles, its schema, its wall, and what the engine left
 * there.
 */
#include "app/doctor.h"
#include "base/clock.h"
#include "db/migrate.h"
#include "db/pipe.h"

#include <string.h>

#define PATIENCE_US    5000000
#define POSTGRES_LEAST 150000
#define BEAT_SECONDS   30 /* the engine says every five that it lives */
#define LAG_SECONDS    60
#define LAG_EVENTS     100000

/* One statement without claims; NULL when it failed.  `role` may be NULL: no parameter. */
static struct call *
ask(struct doctor *doctor, struct conn *conn, enum stmt_id stmt, const char *role,
    struct err *err)
{
    struct pipe *pipe = pipe_new(conn, doctor->arena, NULL);
    struct call *call = pipe_add(pipe, stmt);

    if (role != NULL)
        call_text(call, role);
    return pipe_run(pipe, clock_us() + PATIENCE_US, err) ? call : NULL;
}

/* Connects and asks who we are there; on success the connection is *conn_out. */
static struct call *
role_ask(struct doctor *doctor, enum conf_key key, const char *role,
         struct doctor_finding *finding, struct conn **conn_out)
{
    struct conn *conn = conn_new(conf_text(key), "kvasir doctor");
    struct err err = {.kind = ERR_NONE};
    struct call *call = NULL;

    if (conn_need(conn, clock_us() + PATIENCE_US, &err))
        call = ask(doctor, conn, STMT_doctor_role, role, &err);
    if (call == NULL) {
        doctor_err(finding, DOCTOR_FAILED, &err);
        doctor_mend(finding, "see that Postgres runs, and correct the setting %s",
                    conf_row(key)->key);
        conn_free(conn);
        return NULL;
    }
    *conn_out = conn;
    return call;
}

static bool
is_unset(enum conf_key key, const char *role, struct doctor_finding *finding)
{
    if (conf_text(key)[0] != '\0')
        return false;
    doctor_say(finding, DOCTOR_FAILED, "the setting %s is empty", conf_row(key)->key);
    doctor_mend(finding, "set %s to the connection string of %s", conf_row(key)->key, role);
    return true;
}

/* A role that serves: it must be the one that the wall was built for. */
static void
role_judge(const struct call *call, enum conf_key key, const char *role,
           struct doctor_finding *finding)
{
    const char *who = call_cell(call, 0, 0).at, *server = call_cell(call, 0, 1).at;

    if (call_cell_bool(call, 0, 2)) {
        doctor_say(finding, DOCTOR_FAILED,
                   "%s goes through the tenant wall (superuser or "
                   "bypassrls)",
                   who);
        doctor_mend(finding, "let %s log in as %s", conf_row(key)->key, role);
    } else if (call_is_null(call, 0, 4)) {
        doctor_say(finding, DOCTOR_FAILED, "the role %s does not exist", role);
        doctor_mend(finding, "kvasir migrate");
    } else if (!call_cell_bool(call, 0, 4)) {
        doctor_say(finding, DOCTOR_FAILED, "%s is not %s and may not act as it", who, role);
        doctor_mend(finding, "let %s log in as %s", conf_row(key)->key, role);
    } else {
        doctor_say(finding, DOCTOR_OK, "Postgres %s, as %s", server, who);
    }
}

static void
role_check(struct doctor *doctor, enum conf_key key, const char *role,
           struct doctor_finding *finding, struct conn **conn_out)
{
    struct call *call;

    if (is_unset(key, role, finding))
        return;
    call = role_ask(doctor, key, role, finding, conn_out);
    if (call == NULL)
        return;
    role_judge(call, key, role, finding);
    if (finding->state == DOCTOR_OK && conn_server_version(*conn_out) < POSTGRES_LEAST) {
        doctor_say(finding, DOCTOR_FAILED, "Postgres %s is too old", call_cell(call, 0, 1).at);
        doctor_mend(finding, "upgrade the server to Postgres 15 or newer");
    }
}

void
doctor_app(struct doctor *doctor, struct doctor_finding *finding)
{
    role_check(doctor, CONF_database, "kvasir_app", finding, &doctor->app);
}

void
doctor_engine_role(struct doctor *doctor, struct doctor_finding *finding)
{
    role_check(doctor, CONF_database_engine, "kvasir_engine", finding, &doctor->engine);
}

void
doctor_admin(struct doctor *doctor, struct doctor_finding *finding)
{
    struct call *call;

    if (conf_text(CONF_database_admin)[0] == '\0') {
        doctor_say(finding, DOCTOR_SKIPPED, "database_admin is empty; kvasir migrate needs it");
        return;
    }
    call = role_ask(doctor, CONF_database_admin, "kvasir_owner", finding, &doctor->admin);
    if (call == NULL)
        return;
    if (call_cell_bool(call, 0, 3)) {
        doctor_say(finding, DOCTOR_OK, "as %s", call_cell(call, 0, 0).at);
    } else {
        doctor_say(finding, DOCTOR_WARNING, "%s may not create roles",
                   call_cell(call, 0, 0).at);
        doctor_mend(finding, "give %s the attribute createrole", call_cell(call, 0, 0).at);
    }
}

static void
skip(struct doctor_finding *finding, const char *missing)
{
    doctor_say(finding, DOCTOR_SKIPPED, "not tried: %s", missing);
}

/* A question failed on a connection that was good before. */
static void
not_answered(struct doctor_finding *finding, const struct err *err)
{
    doctor_err(finding, DOCTOR_FAILED, err);
    doctor_mend(finding, "%s",
                err->kind == ERR_UNAVAILABLE ? "kvasir migrate" : "read the log of Postgres");
}

void
doctor_vector(struct doctor *doctor, struct doctor_finding *finding)
{
    struct err err = {.kind = ERR_NONE};
    struct call *call;

    if (doctor->app == NULL)
        return skip(finding, "no connection to Postgres");
    call = ask(doctor, doctor->app, STMT_doctor_vector, NULL, &err);
    if (call == NULL)
        return not_answered(finding, &err);
    if (call_rows(call) == 0) {
        doctor_say(finding, DOCTOR_FAILED, "this database has no pgvector");
        doctor_mend(finding,
                    "install postgresql-%d-pgvector on its server, then kvasir migrate",
                    conn_server_version(doctor->app) / 10000);
    } else if (!call_cell_bool(call, 0, 1)) {
        doctor_say(finding, DOCTOR_FAILED, "pgvector %s is too old: 0.7 or newer is needed",
                   call_cell(call, 0, 0).at);
        doctor_mend(finding, "install a newer package, then in psql: alter extension vector "
                             "update");
    } else {
        doctor_say(finding, DOCTOR_OK, "pgvector %s", call_cell(call, 0, 0).at);
    }
}

static void
ignore_step(const struct migrate_step *step)
{
    (void)step;
}

/* Only the admin may read the ledger. */
void
doctor_schema(struct doctor *doctor, struct doctor_finding *finding)
{
    struct migrate migrate = {.conn = doctor->admin,
                              .arena = doctor->arena,
                              .mode = MIGRATE_STATUS,
                              .says = ignore_step};
    struct err err = {.kind = ERR_NONE};

    if (doctor->admin == NULL)
        return skip(finding, "no connection as database_admin");
    migrate.rows = schema_rows(&migrate.count);
    if (!migrate_run(&migrate, &err)) {
        doctor_err(finding, DOCTOR_FAILED, &err);
        doctor_mend(finding, "do as that says, then kvasir migrate");
    } else if (migrate.pending > 0) {
        doctor_say(finding, DOCTOR_FAILED, "%zu files of this program are not applied",
                   migrate.pending);
        doctor_mend(finding, "kvasir migrate");
    } else {
        doctor_say(finding, DOCTOR_OK, "all %zu files are applied", migrate.count - 1);
    }
}

void
doctor_wall(struct doctor *doctor, struct doctor_finding *finding)
{
    struct err err = {.kind = ERR_NONE};
    struct call *call;

    if (doctor->app == NULL)
        return skip(finding, "no connection to Postgres");
    call = ask(doctor, doctor->app, STMT_lint, NULL, &err);
    if (call == NULL)
        return not_answered(finding, &err);
    if (call_rows(call) == 0)
        return doctor_say(finding, DOCTOR_OK, "the tenant wall has no hole that lint knows");
    doctor_say(finding, DOCTOR_FAILED, "%zu findings, the first: %s: %s", call_rows(call),
               call_cell(call, 0, 0).at, call_cell(call, 0, 1).at);
    doctor_mend(finding, "%s (kvasir lint prints them all)", call_cell(call, 0, 2).at);
}

void
doctor_engine(struct doctor *doctor, struct doctor_finding *finding)
{
    struct err err = {.kind = ERR_NONE};
    struct call *call;

    if (doctor->app == NULL)
        return skip(finding, "no connection to Postgres");
    call = ask(doctor, doctor->app, STMT_doctor_engine, NULL, &err);
    if (call == NULL) {
        not_answered(finding, &err);
    } else if (call_rows(call) == 0) {
        doctor_say(finding, DOCTOR_FAILED,
                   "no engine runs: no events are relayed and no "
                   "indexes built");
    } else if (call_cell_long(call, 0, 2) > BEAT_SECONDS) {
        doctor_say(finding, DOCTOR_FAILED, "the engine on %s was last seen %ld s ago",
                   call_cell(call, 0, 0).at, call_cell_long(call, 0, 2));
    } else {
        doctor_say(finding, DOCTOR_OK, "process %ld on %s, seen %ld s ago",
                   call_cell_long(call, 0, 1), call_cell(call, 0, 0).at,
                   call_cell_long(call, 0, 2));
    }
    if (finding->state == DOCTOR_FAILED && call != NULL)
        doctor_mend(finding, "systemctl start kvasir-engine, and read its log");
}

void
doctor_outbox(struct doctor *doctor, struct doctor_finding *finding)
{
    struct err err = {.kind = ERR_NONE};
    struct call *call;
    long count, seconds;

    if (conf_text(CONF_redis)[0] == '\0')
        return skip(finding, "without Redis events stay in Postgres");
    if (doctor->engine == NULL)
        return skip(finding, "no connection as database_engine");
    call = ask(doctor, doctor->engine, STMT_doctor_outbox, NULL, &err);
    if (call == NULL)
        return not_answered(finding, &err);
    count = call_cell_long(call, 0, 0);
    seconds = call_cell_long(call, 0, 1);
    doctor_say(finding,
               seconds > LAG_SECONDS || count > LAG_EVENTS ? DOCTOR_WARNING : DOCTOR_OK,
               "%s%ld events wait for the relay, the oldest for %ld s",
               count > LAG_EVENTS ? "more than " : "",
               count > LAG_EVENTS ? (long)LAG_EVENTS : count, seconds);
    if (finding->state == DOCTOR_WARNING)
        doctor_mend(finding, "see that the engine and Redis run, and that no transaction stays "
                             "open in Postgres");
}

void
doctor_words(struct doctor *doctor, struct doctor_finding *finding)
{
    struct err err = {.kind = ERR_NONE};
    struct call *call;

    if (doctor->engine == NULL)
        return skip(finding, "no connection as database_engine");
    call = ask(doctor, doctor->engine, STMT_doctor_words, NULL, &err);
    if (call == NULL)
        return not_answered(finding, &err);
    if (call_cell_long(call, 0, 0) == 0)
        return doctor_say(finding, DOCTOR_OK, "no collection's words are being made anew");
    doctor_say(finding, call_cell_bool(call, 0, 3) ? DOCTOR_WARNING : DOCTOR_OK,
               "the words of %ld collections are made anew, %ld of %ld records so far",
               call_cell_long(call, 0, 0), call_cell_long(call, 0, 1),
               call_cell_long(call, 0, 2));
    if (finding->state == DOCTOR_WARNING)
        doctor_mend(finding, "see that the engine runs, and end the transaction that has been "
                             "open in Postgres for longer than a minute");
}
