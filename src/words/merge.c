/*
 * merge: many runs of postings made one, without what was forgotten.
 */
#include "words/merge.h"

#include "base/buf.h"
#include "base/clock.h"
#include "db/exec.h"
#include "db/pipe.h"

#include <stdlib.h>
#include <string.h>

#define PATIENCE_US  (300 * 1000000LL)
#define FIRST_ROOM   1024
#define VACUUM_BYTES 250000 /* that were merged: less is left to autovacuum */

enum { KIND, TERM, FIRST, SECOND, BYTES }; /* columns of words_merge_take */

static const struct claims no_claims = {.kind = CLAIMS_NONE};

/* What is to be merged, and what becomes of it. */
struct work {
    struct conn *conn;
    struct arena *arena;
    struct str tenant, number, runs;
    size_t bytes; /* that were read */
};

/* What killed a posting: the first forgetting above its run. */
static struct merge_gone *
killer(const struct merge *merge, int64_t seq, int64_t run)
{
    size_t low = 0, high = merge->gone_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct merge_gone *gone = &merge->gone[middle];

        if (gone->seq < seq || (gone->seq == seq && gone->run <= run))
            low = middle + 1;
        else
            high = middle;
    }
    return low < merge->gone_count && merge->gone[low].seq == seq ? &merge->gone[low] : NULL;
}

static void
keep(struct merge *merge, const struct posting *posting)
{
    if (merge->count == merge->room) {
        size_t room = merge->room == 0 ? FIRST_ROOM : merge->room * 2;
        struct posting *more = arena_take(merge->arena, room * sizeof *more);

        if (merge->count > 0)
            memcpy(more, merge->posts, merge->count * sizeof *more);
        merge->posts = more;
        merge->room = room;
    }
    merge->posts[merge->count++] = *posting;
}

bool
merge_add(struct merge *merge, int64_t run, struct str posts)
{
    struct posting_reader reader;
    struct posting posting;

    posting_start(&reader, posts);
    while (posting_next(&reader, &posting)) {
        struct merge_gone *gone = killer(merge, posting.seq, run);

        if (gone == NULL)
            keep(merge, &posting);
        else
            gone->used = true;
    }
    return !reader.broken;
}

static int
posting_order(const void *a, const void *b)
{
    const struct posting *x = a, *y = b;

    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

struct str
merge_word(struct merge *merge)
{
    struct buf bytes;
    struct posting_writer writer = {.bytes = &bytes};

    buf_start(&bytes, merge->arena, 4 * merge->count + 1);
    if (merge->count > 1)
        qsort(merge->posts, merge->count, sizeof *merge->posts, posting_order);
    for (size_t i = 0; i < merge->count; i++)
        posting_put(&writer, &merge->posts[i]);
    merge->count = 0;
    return (struct str){bytes.data, bytes.len};
}

static size_t
read_gone(struct merge *merge, const struct call *taken)
{
    size_t row = 0;

    merge->gone = arena_take(merge->arena, (call_rows(taken) + 1) * sizeof *merge->gone);
    for (; row < call_rows(taken) && str_is(call_cell(taken, row, KIND), "gone"); row++)
        merge->gone[row] = (struct merge_gone){.seq = call_cell_long(taken, row, FIRST),
                                               .run = call_cell_long(taken, row, SECOND)};
    merge->gone_count = row;
    return row;
}

/* A word's rows follow one another. */
static bool
read_words(struct work *work, struct merge *merge, const struct call *taken,
           struct array *terms, struct array *posts)
{
    for (size_t row = read_gone(merge, taken); row < call_rows(taken); row++) {
        struct str term = call_cell(taken, row, TERM), bytes = call_cell(taken, row, BYTES);
        struct str packed;

        work->bytes += bytes.len;
        if (!merge_add(merge, call_cell_long(taken, row, FIRST), bytes))
            return false;
        if (row + 1 < call_rows(taken) && str_same(term, call_cell(taken, row + 1, TERM)))
            continue;
        packed = merge_word(merge);
        if (packed.len == 0)
            continue;
        array_str(terms, term);
        array_bytes(posts, packed.at, packed.len);
    }
    return true;
}

static void
bind_gone(struct call *call, struct pipe *pipe, const struct merge *merge)
{
    struct array *seqs = array_new(pipe, ARRAY_LONG), *runs = array_new(pipe, ARRAY_LONG);
    int64_t seen = 0;

    for (size_t i = 0; i < merge->gone_count; i++) {
        const struct merge_gone *gone = &merge->gone[i];

        seen = gone->run > seen ? gone->run : seen;
        if (!gone->used)
            continue;
        array_long(seqs, gone->seq);
        array_long(runs, gone->run);
    }
    call_array(call, seqs);
    call_array(call, runs);
    call_long(call, seen);
}

static bool
put(struct work *work, const struct call *taken, struct err *err)
{
    struct merge merge = {.arena = work->arena};
    struct pipe *pipe = pipe_new(work->conn, work->arena, &no_claims);
    struct call *call = pipe_add(pipe, STMT_words_merge_put);
    struct array *terms = array_new(pipe, ARRAY_TEXT), *posts = array_new(pipe, ARRAY_BYTES);

    if (!read_words(work, &merge, taken, terms, posts))
        return err_set(err, ERR_INTERNAL, "postings of collection %.*s are damaged",
                       (int)work->number.len, work->number.at);
    call_str(call, work->tenant);
    call_str(call, work->number);
    call_str(call, work->runs);
    call_array(call, terms);
    call_array(call, posts);
    bind_gone(call, pipe, &merge);
    return pipe_run(pipe, clock_us() + PATIENCE_US, err);
}

static bool
merge_in(struct work *work, bool *more, struct err *err)
{
    struct pipe *pipe = pipe_new(work->conn, work->arena, &no_claims);
    struct call *taken = pipe_add(pipe, STMT_words_merge_take);

    call_binary(taken);
    call_str(taken, work->tenant);
    call_str(taken, work->number);
    call_str(taken, work->runs);
    if (!pipe_run(pipe, clock_us() + PATIENCE_US, err))
        return false;
    if (call_rows(taken) == 0)
        return true;
    *more = true;
    return put(work, taken, err);
}

/* Runs that were merged are dead rows: their room is for the next ones. */
static bool
vacuum(const struct work *work, struct err *err)
{
    struct pipe *pipe = pipe_new(work->conn, work->arena, &no_claims);
    struct call *steps = pipe_add(pipe, STMT_words_vacuum_steps);

    call_str(steps, work->number);
    if (!pipe_run(pipe, clock_us() + PATIENCE_US, err))
        return false;
    for (size_t i = 0; i < call_rows(steps); i++) {
        if (!exec_run(work->conn, "words vacuum", str_copy(work->arena, call_cell(steps, i, 0)),
                      EXEC_FOREVER, err)) {
            conn_drop(work->conn); /* it may still be the owner */
            return false;
        }
    }
    return true;
}

bool
merge_step(struct conn *conn, struct arena *arena, bool *more_out, struct err *err)
{
    struct pipe *pipe = pipe_new(conn, arena, &no_claims);
    struct call *due = pipe_add(pipe, STMT_words_merge_due);
    struct work work = {.conn = conn, .arena = arena};

    if (!pipe_run(pipe, clock_us() + PATIENCE_US, err))
        return false;
    if (call_rows(due) == 0)
        return true;
    work.tenant = call_cell(due, 0, 0);
    work.number = call_cell(due, 0, 1);
    work.runs = call_cell(due, 0, 2);
    if (!exec_begin(conn, err))
        return false;
    if (!merge_in(&work, more_out, err)) {
        exec_rollback(conn);
        return false;
    }
    if (!exec_commit(conn, err))
        return false;
    return work.bytes < VACUUM_BYTES || vacuum(&work, err);
}
