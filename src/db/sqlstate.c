/*
 * sqlstate: what an error of Postgres means to the caller.
 */
#include "db/sqlstate.h"

#include <libpq-fe.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

struct meaning {
    const char *state; /* whole, or a class; the first row that fits counts */
    enum err_kind kind;
    bool final; /* close the connection */
    const char *says;
    const char *about; /* the row counts only when the message holds this */
};

/* clang-format off */
static const struct meaning meanings[] = {
    {"08",    ERR_BUSY,        true,  "the connection to the database broke; try again in a moment", NULL},
    {"0A000", ERR_INTERNAL,    true,  "the database refused a statement", NULL}, /* also: a plan from before a migration */
    {"22003", ERR_SHAPE,       false, "a number is beyond the range that the database keeps", NULL},
    {"22021", ERR_INPUT,       false, "text holds bytes that are not UTF-8", NULL},
    {"2201B", ERR_INPUT,       false, "Regex syntax errror: the pattern is too complex for the database", NULL},
    {"22P05", ERR_INPUT,       false, "text holds a character that the database cannot store", NULL},
    {"23505", ERR_CONFLICT,    false, "it exists already", NULL},
    {"25006", ERR_BUSY,        true,  "the database takes no writes at present; try again in a moment", NULL},
    {"26000", ERR_BUSY,        true,  "the database forgot this connection; try again", NULL},
    {"3F000", ERR_UNAVAILABLE, false, "the database is not set up: run kvasir migrate", NULL},
    {"40001", ERR_BUSY,        false, "another request changed the same data; try again", NULL},
    {"40P01", ERR_BUSY,        false, "another request changed the same data; try again", NULL},
    {"42804", ERR_INTERNAL,    true,  "the database refused a statement", NULL}, /* also: pgvector was created anew */
    {"42P01", ERR_MISSING,     false, "the collection was deleted meanwhile", "\"kvasir_data."},
    {"42P01", ERR_UNAVAILABLE, false, "the database is not set up: run kvasir migrate", NULL},
    {"42P05", ERR_BUSY,        true,  "the database forgot this connection; try again", NULL},
    {"53100", ERR_BUSY,        false, "the database's disk is full", NULL},
    {"53",    ERR_BUSY,        false, "the database is short of resources; try again later", NULL},
    {"54000", ERR_TOO_LARGE,   false, "a text has more different words than the word index takes: split it into several records", "tsvector"},
    {"54000", ERR_TOO_LARGE,   false, "more than the database takes in one value", NULL},
    {"55P03", ERR_BUSY,        false, "somebody else holds a lock on it; try again", NULL},
    {"57014", ERR_TIMEOUT,     false, "it took too long and was cancelled", NULL},
    {"57P",   ERR_BUSY,        true,  "the database is restarting; try again in a moment", NULL},
};

static const struct { int number; enum err_kind kind; } raised[] = {
    {400, ERR_INPUT},    {401, ERR_AUTH},      {403, ERR_DENIED}, {404, ERR_MISSING},
    {405, ERR_METHOD},   {409, ERR_CONFLICT},  {410, ERR_ENDED},   {413, ERR_TOO_LARGE}, {415, ERR_MEDIA},
    {422, ERR_SHAPE},    {500, ERR_INTERNAL},  {501, ERR_UNAVAILABLE}, {503, ERR_BUSY},
    {504, ERR_TIMEOUT},
};
/* clang-format on */

static const struct meaning *
meaning_of(const char *state, const char *message)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        const struct meaning *row = &meanings[i];

        if (strncmp(state, row->state, strlen(row->state)) == 0 &&
            (row->about == NULL || strstr(message, row->about) != NULL))
            return row;
    }
    return NULL;
}

static enum err_kind
raised_kind(const char *state)
{
    char *end;
    long number;

    if (strncmp(state, "KV", 2) != 0)
        return ERR_NONE;
    number = strtol(state + 2, &end, 10);
    for (size_t i = 0; i < sizeof raised / sizeof raised[0] && *end == '\0'; i++)
        if (raised[i].number == number)
            return raised[i].kind;
    return ERR_NONE;
}

bool
sqlstate_set_text(struct err *err, const char *state, const char *message, const char *what)
{
    enum err_kind kind = state == NULL ? ERR_NONE : raised_kind(state);
    const struct meaning *meaning = state == NULL ? NULL : meaning_of(state, message);

    err_detail(err, "%s %s: %s", state == NULL ? "libpq" : state, what, message);
    if (kind != ERR_NONE)
        return err_set(err, kind, "%s", message);
    if (meaning != NULL)
        return err_set(err, meaning->kind, "%s", meaning->says);
    return err_set(err, ERR_INTERNAL, "the database could not do that");
}

bool
sqlstate_set(struct err *err, const PGresult *result, const char *what)
{
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    return sqlstate_set_text(err, PQresultErrorField(result, PG_DIAG_SQLSTATE),
                             message == NULL ? PQresultErrorMessage(result) : message, what);
}

bool
sqlstate_is_final(const char *state)
{
    const struct meaning *meaning = state == NULL ? NULL : meaning_of(state, "");

    return meaning != NULL && meaning->final;
}
