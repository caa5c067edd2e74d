/*
 * link: finds what new records speak of and stores it.
 */
#include "graph/link.h"

#include "base/clock.h"
#include "graph/mention.h"

#define PATIENCE_US (120 * 1000000LL)

enum { TENANT, NUMBER, SEQ, STAMP, DOCUMENT, METADATA, FIELDS }; /* columns of what is taken */

/* The parameters of a mention, in the order of the statement. */
enum { OF_SEQ, OF_KEY, OF_KIND, OF_TYPE, OF_FIELD, OF_SENTENCE, OF_START, OF_STOP, OF_ALL };

struct batch {
    struct arena *arena;
    struct array *seqs, *stamps;
    struct array *mention[OF_ALL];
    struct array *gram_seqs, *grams;
};

static const struct claims no_claims = {.kind = CLAIMS_NONE};

static void
batch_start(struct batch *batch, struct pipe *pipe, struct arena *arena)
{
    *batch = (struct batch){.arena = arena,
                            .seqs = array_new(pipe, ARRAY_TEXT),
                            .stamps = array_new(pipe, ARRAY_TEXT),
                            .gram_seqs = array_new(pipe, ARRAY_TEXT),
                            .grams = array_new(pipe, ARRAY_TEXT)};
    for (int i = 0; i < OF_ALL; i++)
        batch->mention[i] = array_new(pipe, ARRAY_TEXT);
}

static void
put_long(struct array *array, struct arena *arena, long value)
{
    array_str(array, str_of(str_format(arena, "%ld", value)));
}

static void
batch_mention(struct batch *batch, struct str seq, const struct mention *mention)
{
    array_str(batch->mention[OF_SEQ], seq);
    array_str(batch->mention[OF_KEY], mention->key);
    put_long(batch->mention[OF_KIND], batch->arena, mention->kind);
    array_str(batch->mention[OF_TYPE], str_of(mention_type_name(mention->type)));
    array_str(batch->mention[OF_FIELD], mention->field);
    put_long(batch->mention[OF_SENTENCE], batch->arena, mention->sentence);
    put_long(batch->mention[OF_START], batch->arena, mention->start);
    put_long(batch->mention[OF_STOP], batch->arena, mention->stop);
}

static void
batch_record(struct batch *batch, const struct call *taken, size_t row)
{
    struct mention_source source = {.document = call_cell(taken, row, DOCUMENT),
                                    .metadata = call_cell(taken, row, METADATA),
                                    .fields = call_cell(taken, row, FIELDS)};
    struct mention_list found = mention_find(batch->arena, &source);
    struct str seq = call_cell(taken, row, SEQ);

    array_str(batch->seqs, seq);
    array_str(batch->stamps, call_cell(taken, row, STAMP));
    for (size_t i = 0; i < found.count; i++)
        batch_mention(batch, seq, &found.at[i]);
    for (size_t i = 0; i < found.grams_count; i++) {
        array_str(batch->gram_seqs, seq);
        array_str(batch->grams, found.grams[i]);
    }
}

static void
batch_bind(struct batch *batch, struct call *put, const struct call *taken)
{
    call_str(put, call_cell(taken, 0, TENANT));
    call_str(put, call_cell(taken, 0, NUMBER));
    call_array(put, batch->seqs);
    call_array(put, batch->stamps);
    for (int i = 0; i < OF_ALL; i++)
        call_array(put, batch->mention[i]);
    call_array(put, batch->gram_seqs);
    call_array(put, batch->grams);
}

static bool
store(struct conn *conn, const struct claims *claims, struct arena *arena, enum stmt_id stmt,
      const struct call *taken, struct err *err)
{
    struct pipe *pipe = pipe_new(conn, arena, claims);
    struct call *put = pipe_add(pipe, stmt);
    struct batch batch;

    batch_start(&batch, pipe, arena);
    for (size_t row = 0; row < call_rows(taken); row++)
        batch_record(&batch, taken, row);
    batch_bind(&batch, put, taken);
    return pipe_run(pipe, clock_us() + PATIENCE_US, err);
}

bool
link_any(struct conn *conn, struct arena *arena, double seconds, size_t *taken_out,
         struct err *err)
{
    struct pipe *pipe = pipe_new(conn, arena, &no_claims);
    struct call *taken = pipe_add(pipe, STMT_graph_take_any);

    call_double(taken, seconds);
    call_long(taken, LINK_BATCH);
    if (!pipe_run(pipe, clock_us() + PATIENCE_US, err))
        return false;
    *taken_out = call_rows(taken);
    return *taken_out == 0 || store(conn, &no_claims, arena, STMT_graph_put_for, taken, err);
}

bool
/* NOLINTNEXTLINE(readability-function-size): whose records, of what, and how many there were */
link_own(struct conn *conn, const struct claims *claims, struct arena *arena,
         struct str database, struct str collection, size_t *taken_out, struct err *err)
{
    struct pipe *pipe = pipe_new(conn, arena, claims);
    struct call *taken = pipe_add(pipe, STMT_graph_take);

    call_str(taken, database);
    call_str(taken, collection);
    call_long(taken, LINK_BATCH);
    if (!pipe_run(pipe, clock_us() + PATIENCE_US, err))
        return false;
    *taken_out = call_rows(taken);
    return *taken_out == 0 || store(conn, claims, arena, STMT_graph_put, taken, err);
}
