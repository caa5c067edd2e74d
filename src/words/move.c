/*
 * move: words of new records, moved among the postings as runs, and many runs made one.
 */
#include "words/move.h"

#include "base/clock.h"
#include "db/exec.h"
#include "db/pipe.h"
#include "words/lexeme.h"
#include "words/pack.h"

#define PATIENCE_US (120 * 1000000LL)

enum { SEQ, LEN, WORDS }; /* columns of words_take, and of words_set_read */

static const struct claims no_claims = {.kind = CLAIMS_NONE};

static bool
run(struct pipe *pipe, struct err *err)
{
    return pipe_run(pipe, clock_us() + PATIENCE_US, err);
}

static bool
pack_record(struct pack *pack, const struct call *taken, size_t row)
{
    struct posting posting = {.seq = call_cell_long(taken, row, SEQ),
                              .len = (uint32_t)call_cell_long(taken, row, LEN)};
    struct lexeme_reader reader;
    struct lexeme lexeme;

    lexeme_start(&reader, call_cell(taken, row, WORDS));
    while (lexeme_next(&reader, &lexeme)) {
        posting.often = lexeme.often;
        pack_add(pack, lexeme.text, &posting);
    }
    return !reader.broken;
}

bool
move_put(struct conn *conn, struct arena *arena, const struct move_to *to,
         const struct call *taken, struct err *err)
{
    struct pack *pack = pack_new(arena);
    struct pipe *pipe = pipe_new(conn, arena, &no_claims);
    struct call *call = pipe_add(pipe, STMT_words_put);
    struct array *terms = array_new(pipe, ARRAY_TEXT), *posts = array_new(pipe, ARRAY_BYTES);
    struct pack_word **words;
    size_t count;

    for (size_t row = 0; row < call_rows(taken); row++) {
        if (!pack_record(pack, taken, row))
            return err_set(err, ERR_INTERNAL, "the waiting words of a record are damaged");
    }
    words = pack_words(pack, &count);
    for (size_t i = 0; i < count; i++) {
        array_str(terms, words[i]->text);
        array_bytes(posts, words[i]->bytes.data, words[i]->bytes.len);
    }
    call_str(call, to->tenant);
    call_str(call, to->number);
    call_array(call, terms);
    call_array(call, posts);
    call_long(call, (long)call_rows(taken));
    call_str(call, call_cell(taken, 0, SEQ));
    call_str(call, call_cell(taken, call_rows(taken) - 1, SEQ));
    call_bool(call, to->below);
    return run(pipe, err);
}

/* What is moved by one step. */
struct step {
    struct conn *conn;
    struct arena *arena;
    long batch;
    bool more;
};

static bool
move_in(struct step *step, struct str tenant, struct str number, struct err *err)
{
    struct pipe *pipe = pipe_new(step->conn, step->arena, &no_claims);
    struct call *taken = pipe_add(pipe, STMT_words_take);

    call_binary(taken);
    call_str(taken, tenant);
    call_str(taken, number);
    call_long(taken, step->batch);
    if (!run(pipe, err))
        return false;
    if (call_rows(taken) == 0)
        return true;
    step->more = true;
    return move_put(step->conn, step->arena, &(struct move_to){tenant, number, false}, taken,
                    err);
}

static bool
move_one(struct step *step, struct str tenant, struct str number, struct err *err)
{
    if (!exec_begin(step->conn, err))
        return false;
    if (move_in(step, tenant, number, err))
        return exec_commit(step->conn, err);
    exec_rollback(step->conn);
    return false;
}

bool
move_step(struct conn *conn, struct arena *arena, double seconds, long batch, bool *more_out,
          struct err *err)
{
    struct step step = {.conn = conn, .arena = arena, .batch = batch};
    struct pipe *pipe = pipe_new(conn, arena, &no_claims);
    struct call *due;

    pipe_add(pipe, STMT_words_seal);
    due = pipe_add(pipe, STMT_words_due);
    call_double(due, seconds);
    if (!run(pipe, err))
        return false;
    for (size_t i = 0; i < call_rows(due); i++) {
        if (!move_one(&step, call_cell(due, i, 0), call_cell(due, i, 1), err))
            return false;
    }
    *more_out = step.more;
    return true;
}
