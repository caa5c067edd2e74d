/*
 * remake: other words for a collection, made beside those that are searched.
 */
#include "words/remake.h"

#include "base/clock.h"
#include "db/exec.h"
#include "db/pipe.h"
#include "words/move.h"

#define PATIENCE_US (300 * 1000000LL)

enum { AFTER, UPTO, DID }; /* columns of words_set_step */

static const struct claims no_claims = {.kind = CLAIMS_NONE};

/* A set of words, and whether its step did something. */
struct remake {
    struct conn *conn;
    struct arena *arena;
    struct str tenant, number;
    bool did;
};

static bool
run(struct pipe *pipe, struct err *err)
{
    return pipe_run(pipe, clock_us() + PATIENCE_US, err);
}

/* The words of the records that `step` names become one run. */
static bool
read_in(const struct remake *remake, const struct call *step, struct err *err)
{
    struct pipe *pipe = pipe_new(remake->conn, remake->arena, &no_claims);
    struct call *read = pipe_add(pipe, STMT_words_set_read);
    struct move_to to = {remake->tenant, remake->number, .below = true};

    call_binary(read);
    call_str(read, remake->tenant);
    call_str(read, remake->number);
    call_str(read, call_cell(step, 0, AFTER));
    call_str(read, call_cell(step, 0, UPTO));
    return run(pipe, err) &&
           (call_rows(read) == 0 || move_put(remake->conn, remake->arena, &to, read, err));
}

static bool
step_in(struct remake *remake, long batch, struct err *err)
{
    struct pipe *pipe = pipe_new(remake->conn, remake->arena, &no_claims);
    struct call *step = pipe_add(pipe, STMT_words_set_step);

    call_str(step, remake->tenant);
    call_str(step, remake->number);
    call_long(step, batch);
    if (!run(pipe, err))
        return false;
    remake->did = call_cell_bool(step, 0, DID);
    return call_is_null(step, 0, UPTO) || read_in(remake, step, err);
}

static bool
step_one(struct remake *remake, long batch, struct err *err)
{
    if (!exec_begin(remake->conn, err))
        return false;
    if (step_in(remake, batch, err))
        return exec_commit(remake->conn, err);
    exec_rollback(remake->conn);
    return false;
}

bool
remake_step(struct conn *conn, struct arena *arena, double seconds, long batch, bool *more_out,
            struct err *err)
{
    struct pipe *pipe = pipe_new(conn, arena, &no_claims);
    struct call *due = pipe_add(pipe, STMT_words_set_due);

    call_double(due, seconds);
    if (!run(pipe, err))
        return false;
    for (size_t i = 0; i < call_rows(due); i++) {
        struct remake remake = {.conn = conn,
                                .arena = arena,
                                .tenant = call_cell(due, i, 0),
                                .number = call_cell(due, i, 1)};

        if (!step_one(&remake, batch, err))
            return false;
        *more_out = *more_out || remake.did;
    }
    return true;
}
