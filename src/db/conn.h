/*
 * conn: one thread's connection to Postgres, opened when needed and again when lost.
 *
 * Never blocks past its deadline.  After a failed attempt further ones are refused at once
 * until a short backoff has passed, so that requests fail in microseconds while Postgres is
 * away. Lasting state of the session (prepared statements, the oid of `vector`) belongs to it.
 */
#ifndef DB_CONN_H
#define DB_CONN_H

#include "base/err.h"
#include "db/stmt.h"

#include <stdbool.h>
#include <stdint.h>

struct conn; /* opaque; belongs to one thread */

struct conn *conn_new(const char *conninfo, const char *application_name);
void conn_free(struct conn *conn);

/* A usable connection by clock_us() `deadline`, or ERR_BUSY. */
bool conn_need(struct conn *conn, int64_t deadline, struct err *err);
/* While held (holds are counted) a lost connection is not replaced, because what the session
   holds, a transaction or a lock, was lost with it: conn_need() fails with ERR_BUSY. */
void conn_hold(struct conn *conn);
void conn_release(struct conn *conn);

void conn_drop(struct conn *conn); /* close it; the next conn_need() opens a new one */
bool conn_is_open(const struct conn *conn);
/* False between pipes: each is a transaction that ends with it. */
bool conn_in_transaction(const struct conn *conn);

/* While a statement runs, also watch this descriptor: when its peer hangs up, the statement is
   cancelled and the call fails with ERR_GONE.  -1: nothing to watch. */
void conn_watch(struct conn *conn, int fd);

int conn_trips(struct conn *conn, bool reset); /* round trips since the last reset */
int
conn_server_version(const struct conn *conn); /* 150004 style; 0 before the first connection */
struct pg_conn *conn_raw(struct conn *conn);  /* libpq's handle, for files of db/ only */
uint32_t
conn_vector_oid(const struct conn *conn); /* oid of pgvector's type, 0 when not there */

/* Room in which layers above remember what this session knows; zeros after each connect. */
enum conn_notes { CONN_SEARCHES, CONN_TOOLS, CONN_NOTES_COUNT };
#define CONN_NOTES 16384 /* bytes for each */
void *conn_notes(struct conn *conn, enum conn_notes whose);

int conn_watched(const struct conn *conn);

/* For files of db/ only. */
void conn_count_trip(struct conn *conn, int64_t us); /* we waited that long for an answer */
bool conn_knows(const struct conn *conn, enum stmt_id stmt); /* prepared in this session */
void conn_learn(struct conn *conn, enum stmt_id stmt);

#endif
