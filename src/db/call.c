/*
 * call: one statement of a pipeline, its parameters and its result.
 */
#include "db/call.h"

#include <assert.h>
#include <libpq-fe.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_MAX 0x3fffffff /* Postgres allocates no more than 1 GB for a value */

struct call *
call_new(struct pipe *pipe, enum stmt_id id, const struct stmt *stmt)
{
    struct call *call = arena_take(pipe->arena, sizeof *call);
    size_t slots = (size_t)stmt->params + 1; /* never an empty array */

    *call = (struct call){.pipe = pipe, .stmt = stmt, .id = id};
    call->values = arena_take(pipe->arena, slots * sizeof *call->values);
    call->lengths = arena_take(pipe->arena, slots * sizeof *call->lengths);
    call->formats = arena_take(pipe->arena, slots * sizeof *call->formats);
    return call;
}

void
call_bind(struct call *call, const void *value, size_t len, int format)
{
    assert(call->bound < call->stmt->params);
    if (len > VALUE_MAX) {
        err_set(&call->pipe->refused, ERR_TOO_LARGE,
                "one value of %zu bytes is more than the database takes", len);
        len = 0;
    }
    call->values[call->bound] = value;
    call->lengths[call->bound] = (int)len;
    call->formats[call->bound] = format;
    call->bound++;
}

void
call_null(struct call *call)
{
    call_bind(call, NULL, 0, 0);
}

void
call_text(struct call *call, const char *text)
{
    call_bind(call, text, 0, 0);
}

/* Text form is what every type reads, and it ends at a NUL: hence the copy. */
void
call_str(struct call *call, struct str text)
{
    if (text.at == NULL) {
        call_null(call);
        return;
    }
    if (memchr(text.at, '\0', text.len) != NULL)
        err_set(&call->pipe->refused, ERR_INPUT, "text holds a NUL character");
    call_bind(call, str_copy(call->pipe->arena, text), text.len, 0);
}

void
call_long(struct call *call, long value)
{
    call_bind(call, str_format(call->pipe->arena, "%ld", value), 0, 0);
}

void
call_double(struct call *call, double value)
{
    call_bind(call, str_format(call->pipe->arena, "%.17g", value), 0, 0);
}

void
call_bool(struct call *call, bool value)
{
    call_bind(call, value ? "t" : "f", 0, 0);
}

void
call_bytes(struct call *call, const void *bytes, size_t len)
{
    call_bind(call, bytes == NULL ? "" : bytes, len, 1);
}

void
call_vector(struct call *call, const void *floats_be, size_t dims)
{
    struct buf buf;

    if (dims == 0) {
        call_null(call);
        return;
    }
    if (dims > INT16_MAX)
        err_set(&call->pipe->refused, ERR_INPUT, "%zu dimensions are too many", dims);
    buf_start(&buf, call->pipe->arena, 4 + dims * 4);
    buf_be16(&buf, (uint16_t)dims);
    buf_be16(&buf, 0);
    buf_add(&buf, floats_be, dims * 4);
    call_bind(call, buf.data, buf.len, 1);
}

void
call_binary(struct call *call)
{
    call->binary = true;
}

void
call_array(struct call *call, struct array *array)
{
    size_t len;
    const void *bytes = array_close(array, &len);

    call_bind(call, bytes, len, 1);
}

static void
claims_key(struct call *call, const struct claims *claims)
{
    call_text(call, claims->key_id);
    call_bytes(call, claims->key_hash, sizeof claims->key_hash);
    call_text(call, claims->scope);
}

static void
claims_task(struct pipe *pipe, const struct claims *claims)
{
    struct call *call = pipe_add(pipe, STMT_claims_task);

    call_text(call, claims->task);
    call_text(call, claims->lease);
    call_text(call, claims->scope);
    call_long(call, claims->timeout_ms);
}

void
call_claims(struct pipe *pipe, const struct claims *claims)
{
    struct call *call;

    if (claims == NULL || claims->kind == CLAIMS_NONE)
        return;
    if (claims->kind == CLAIMS_TASK) {
        claims_task(pipe, claims);
        return;
    }
    call = pipe_add(pipe, claims->kind == CLAIMS_KEY ? STMT_claims_key : STMT_claims_open);
    if (claims->kind == CLAIMS_KEY)
        claims_key(call, claims);
    else
        call_text(call, claims->tenant);
    call_text(call, claims->request_id);
    call_text(call, claims->trace);
    call_long(call, claims->timeout_ms);
    if (claims->label != NULL)
        call_text(pipe_add(pipe, STMT_claims_label), claims->label);
}

static void
result_clear(void *result)
{
    PQclear(result);
}

void
call_set_result(struct call *call, PGresult *result)
{
    call->result = result;
    arena_defer(call->pipe->arena, result_clear, result);
}

size_t
call_rows(const struct call *call)
{
    return call->result == NULL ? 0 : (size_t)PQntuples(call->result);
}

bool
call_is_null(const struct call *call, size_t row, int column)
{
    assert(row < call_rows(call) && column < PQnfields(call->result));
    return PQgetisnull(call->result, (int)row, column) != 0;
}

struct str
call_cell(const struct call *call, size_t row, int column)
{
    if (call_is_null(call, row, column))
        return (struct str){NULL, 0};
    return (struct str){PQgetvalue(call->result, (int)row, column),
                        (size_t)PQgetlength(call->result, (int)row, column)};
}

long
call_cell_long(const struct call *call, size_t row, int column)
{
    struct str cell = call_cell(call, row, column);

    return cell.at == NULL ? 0 : strtol(cell.at, NULL, 10);
}

double
call_cell_double(const struct call *call, size_t row, int column)
{
    struct str cell = call_cell(call, row, column);

    return cell.at == NULL ? 0 : strtod(cell.at, NULL);
}

bool
call_cell_bool(const struct call *call, size_t row, int column)
{
    return str_is(call_cell(call, row, column), "t");
}
