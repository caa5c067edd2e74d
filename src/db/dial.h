/*
 * dial: one attempt to open a connection to Postgres and make its session ours.
 *
 * Does not block past the deadline, except where libpq itself does: in resolving a host's name.
 */
#ifndef DB_DIAL_H
#define DB_DIAL_H

#include "base/err.h"

#include <stdint.h>

struct pg_conn;

struct dial {
    const char *conninfo;
    const char *application_name; /* used when conninfo names none */
    int64_t deadline;
    uint32_t vector_oid; /* out: oid of pgvector's type, 0 when the extension is not there */
};

/* An open connection, non-blocking and with our session settings, or NULL and ERR_BUSY. */
struct pg_conn *dial_open(struct dial *dial, struct err *err);

#endif
