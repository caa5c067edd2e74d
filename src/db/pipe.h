/*
 * pipe: several statements and their commit in one round trip.
 *
 *     struct pipe *pipe = pipe_new(ctx->conn, ctx->arena, &ctx->claims);
 *     struct call *call = pipe_add(pipe, STMT_collection_find);
 *     call_text(call, name);
 *     if (!pipe_run(pipe, deadline, err)) return false;
 *     ... call_rows(call), call_cell(call, row, column) ...
 *
 * The claims, all statements and one Sync leave together; everything up to the Sync is one
 * transaction, so the first failure undoes all.  A statement is prepared in the same trip when
 * this connection has not seen it.  Parameters are bound in the order of $1, $2, ...; results
 * are in text form and live as long as the arena. Errors: SQLSTATE class KV (raised by our own
 * SQL functions) maps by its number, as KV404 to ERR_MISSING, and its message is the client's;
 * see db/sqlstate.c for all others.
 */
#ifndef DB_PIPE_H
#define DB_PIPE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "db/claims.h"
#include "db/conn.h"
#include "db/stmt.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pipe;
struct call; /* one statement of a pipe, and then its result */

struct pipe *pipe_new(struct conn *conn, struct arena *arena, const struct claims *claims);
struct call *pipe_add(struct pipe *pipe, enum stmt_id stmt);
/* A statement that stmt_make() made for one table.  *known says whether this session has it
   prepared, and is set when it has; it must live as long as the session (conn_notes()). */
struct call *pipe_add_made(struct pipe *pipe, const struct stmt *made, bool *known);
/* A statement that a function of ours has prepared in this session, by its name, which must
   live until pipe_run() returns. */
struct call *pipe_add_kept(struct pipe *pipe, const char *name, int params);
/* The transaction goes on after this pipe, to be ended by exec_rollback() or by the pipe that
   says pipe_commit() as its last; the caller holds the connection (conn_hold) in between. */
void pipe_begin(struct pipe *pipe);
void pipe_commit(struct pipe *pipe);
bool pipe_run(struct pipe *pipe, int64_t deadline, struct err *err);

/* Parameters, in order.  Nothing is copied: they must live until pipe_run() returns. */
void call_null(struct call *call);
void call_text(struct call *call, const char *text); /* NULL binds null */
void call_str(struct call *call, struct str text);   /* absent binds null */
void call_long(struct call *call, long value);
void call_double(struct call *call, double value);
void call_bool(struct call *call, bool value);
void call_bytes(struct call *call, const void *bytes, size_t len); /* bytea */
/* One embedding: `dims` big-endian float32 as base/scan leaves them; dims 0 binds null. */
void call_vector(struct call *call, const void *floats_be, size_t dims);

/* One-dimensional arrays in binary form, built item by item and then bound. */
enum array_kind {
    ARRAY_TEXT,
    ARRAY_JSONB,
    ARRAY_VECTOR,
    ARRAY_LONG,
    ARRAY_DOUBLE,
    ARRAY_BYTES
};
struct array; /* opaque */
struct array *array_new(struct pipe *pipe, enum array_kind kind);
void array_null(struct array *array);
void array_str(struct array *array, struct str item); /* text or JSON text; absent adds null */
void array_bytes(struct array *array, const void *bytes, size_t len); /* bytea */
void array_long(struct array *array, long item);                      /* bigint */
void array_double(struct array *array, double item);                  /* double precision */
void array_vector(struct array *array, const void *floats_be, size_t dims);
/* The same, but the caller writes the floats, before anything else is added. */
void *array_vector_room(struct array *array, size_t dims);
void array_expect(struct array *array, size_t bytes); /* so many will come: grow only once */
void call_array(struct call *call, struct array *array);

/* Have the result in binary form: texts as ever, bytea as its bytes; no other type is read so.
 */
void call_binary(struct call *call);

/* Results. */
size_t call_rows(const struct call *call);
bool call_is_null(const struct call *call, size_t row, int column);
struct str call_cell(const struct call *call, size_t row, int column); /* absent when null */
long call_cell_long(const struct call *call, size_t row, int column);
double call_cell_double(const struct call *call, size_t row, int column);
bool call_cell_bool(const struct call *call, size_t row, int column);

#endif
