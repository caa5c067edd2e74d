/*
 * gather: finds the communities of a collection and stores them.
 */
#include "graph/gather.h"

#include "base/clock.h"
#include "base/emit.h"
#include "graph/community.h"
#include "graph/span.h"

#include <stdlib.h>
#include <string.h>

#define PATIENCE_US (120 * 1000000LL)
#define TOKENS_MOST 20000 /* of a record, as for its mentions */

enum { TENANT, NUMBER, SEEN, RECORDS }; /* columns of what is due */
enum { OF_SEQ, OF_KEY, OF_SENTENCE };   /* of what is taken */
enum { TEXT_SEQ, TEXT_DOCUMENT };

static const struct claims no_claims = {.kind = CLAIMS_NONE};

/* One row of what is taken. */
struct spoken {
    long seq;
    long sentence; /* -1: not in the text */
    uint32_t node;
    uint32_t home; /* community */
};

struct chosen {
    uint32_t home;
    long place; /* 0: the best of its community */
    long seq, sentence;
    struct str text; /* absent: the record is gone or another by now */
    long start, stop;
};

struct gather {
    struct arena *arena;
    struct spoken *spoken; /* by record, then key */
    size_t spoken_count;
    struct str *names; /* of nodes, ascending */
    uint32_t nodes, homes;
    uint32_t *home;    /* of each node */
    uint32_t *records; /* that speak of it */
    uint32_t *size;    /* of each community */
    struct chosen *chosen;
    size_t chosen_count;
};

static int
name_compare(const void *a, const void *b)
{
    const struct str *x = a, *y = b;
    int order = memcmp(x->at, y->at, x->len < y->len ? x->len : y->len);

    return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

static void
read_spoken(struct gather *gather, const struct call *taken)
{
    size_t count = call_rows(taken), kept = 0;

    gather->names = arena_take(gather->arena, (count + 1) * sizeof *gather->names);
    gather->spoken = arena_take(gather->arena, (count + 1) * sizeof *gather->spoken);
    gather->records = arena_take(gather->arena, (count + 1) * sizeof *gather->records);
    gather->spoken_count = count;
    for (size_t row = 0; row < count; row++)
        gather->names[row] = call_cell(taken, row, OF_KEY);
    qsort(gather->names, count, sizeof *gather->names, name_compare);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || !str_same(gather->names[kept - 1], gather->names[i]))
            gather->names[kept++] = gather->names[i];
    gather->nodes = (uint32_t)kept;
    for (size_t row = 0; row < count; row++) {
        struct str key = call_cell(taken, row, OF_KEY);
        const struct str *name = bsearch(&key, gather->names, kept, sizeof key, name_compare);
        uint32_t node = (uint32_t)(name - gather->names);

        gather->spoken[row] =
            (struct spoken){.seq = call_cell_long(taken, row, OF_SEQ),
                            .sentence = call_cell_long(taken, row, OF_SENTENCE),
                            .node = node};
        gather->records[node]++;
    }
}

/* The row behind the last of a record, at most GATHER_TOGETHER rows on when `few`. */
static size_t
record_end(const struct gather *gather, size_t first, bool few)
{
    size_t end = first;

    while (end < gather->spoken_count && gather->spoken[end].seq == gather->spoken[first].seq &&
           !(few && end - first == GATHER_TOGETHER))
        end++;
    return end;
}

static void
find_homes(struct gather *gather)
{
    size_t room = gather->spoken_count * GATHER_TOGETHER / 2 + 1, count = 0;
    struct community_edge *edges = arena_take(gather->arena, room * sizeof *edges);

    for (size_t i = 0; i < gather->spoken_count; i = record_end(gather, i, false)) {
        size_t end = record_end(gather, i, true);

        for (size_t a = i; a < end; a++)
            for (size_t b = a + 1; b < end; b++)
                edges[count++] = (struct community_edge){
                    gather->spoken[a].node, gather->spoken[b].node, 1 / (double)(end - i - 1)};
    }
    gather->home = community_find(gather->arena, gather->nodes, edges, count, &gather->homes);
    gather->size = arena_take(gather->arena, (gather->homes + 1) * sizeof *gather->size);
    for (uint32_t node = 0; node < gather->nodes; node++)
        gather->size[gather->home[node]]++;
    for (size_t i = 0; i < gather->spoken_count; i++)
        gather->spoken[i].home = gather->home[gather->spoken[i].node];
}

static int
spoken_compare(const void *a, const void *b)
{
    const struct spoken *x = a, *y = b;

    if (x->home != y->home)
        return x->home < y->home ? -1 : 1;
    if (x->seq != y->seq)
        return x->seq < y->seq ? -1 : 1;
    if (x->sentence != y->sentence)
        return x->sentence < y->sentence ? -1 : 1;
    return (x->node > y->node) - (x->node < y->node);
}

static bool
is_same_sentence(const struct spoken *a, const struct spoken *b)
{
    return a->home == b->home && a->seq == b->seq && a->sentence == b->sentence;
}

/* The rows [*best_out, returned) of the sentence that tells most of what is not told yet. */
static size_t
best_sentence(const struct gather *gather, size_t from, size_t to, const bool *is_told,
              size_t *best_out)
{
    size_t best_end = from;
    double most = 0;

    for (size_t i = from, end; i < to; i = end) {
        double gain = 0;

        for (end = i; end < to && is_same_sentence(&gather->spoken[i], &gather->spoken[end]);
             end++)
            if (!is_told[gather->spoken[end].node])
                gain += gather->records[gather->spoken[end].node];
        if (gain > most && gather->spoken[i].sentence >= 0) {
            most = gain;
            *best_out = i;
            best_end = end;
        }
    }
    return best_end;
}

/* The sentences of the community whose rows are [from, to). */
static void
choose_of(struct gather *gather, size_t from, size_t to, bool *is_told)
{
    for (int place = 0; place < GATHER_SENTENCES; place++) {
        size_t best = from, end = best_sentence(gather, from, to, is_told, &best);

        if (end == from)
            return;
        for (size_t i = best; i < end; i++)
            is_told[gather->spoken[i].node] = true;
        gather->chosen[gather->chosen_count++] =
            (struct chosen){.home = gather->spoken[best].home,
                            .place = place,
                            .seq = gather->spoken[best].seq,
                            .sentence = gather->spoken[best].sentence};
    }
}

/* A community of one entity is none, and not told. */
static void
choose(struct gather *gather)
{
    bool *is_told = arena_take(gather->arena, ((size_t)gather->nodes + 1) * sizeof *is_told);
    size_t room = (size_t)gather->homes * GATHER_SENTENCES + 1;

    gather->chosen = arena_take(gather->arena, room * sizeof *gather->chosen);
    qsort(gather->spoken, gather->spoken_count, sizeof *gather->spoken, spoken_compare);
    for (size_t from = 0, to; from < gather->spoken_count; from = to) {
        uint32_t home = gather->spoken[from].home;

        for (to = from; to < gather->spoken_count && gather->spoken[to].home == home;)
            to++;
        if (gather->size[home] > 1)
            choose_of(gather, from, to, is_told);
    }
}

static void
quote(struct gather *gather, struct chosen *chosen, struct str document)
{
    struct token_list tokens = {0};
    size_t first = 0, end, stop;

    token_split(gather->arena, document, TOKENS_MOST, &tokens);
    while (first < tokens.count && tokens.at[first].sentence < chosen->sentence)
        first++;
    for (end = first; end < tokens.count && tokens.at[end].sentence == chosen->sentence;)
        end++;
    if (end == first)
        return;
    chosen->start = (long)tokens.at[first].start;
    chosen->text = span_sentence(document, &tokens, first, end, &stop);
    chosen->stop = (long)stop;
}

/* What stands in the chosen sentences. */
static bool
read_texts(struct gather *gather, struct conn *conn, const struct call *due, struct err *err)
{
    struct pipe *pipe = pipe_new(conn, gather->arena, &no_claims);
    struct call *call = pipe_add(pipe, STMT_community_texts);
    struct array *seqs = array_new(pipe, ARRAY_TEXT);

    call_str(call, call_cell(due, 0, TENANT));
    call_str(call, call_cell(due, 0, NUMBER));
    for (size_t i = 0; i < gather->chosen_count; i++)
        array_str(seqs, str_of(str_format(gather->arena, "%ld", gather->chosen[i].seq)));
    call_array(call, seqs);
    if (gather->chosen_count == 0)
        return true;
    if (!pipe_run(pipe, clock_us() + PATIENCE_US, err))
        return false;
    for (size_t i = 0; i < gather->chosen_count; i++) {
        size_t low = 0, high = call_rows(call);

        while (low < high) {
            size_t middle = (low + high) / 2;

            if (call_cell_long(call, middle, TEXT_SEQ) < gather->chosen[i].seq)
                low = middle + 1;
            else
                high = middle;
        }
        if (low < call_rows(call) &&
            call_cell_long(call, low, TEXT_SEQ) == gather->chosen[i].seq)
            quote(gather, &gather->chosen[i], call_cell(call, low, TEXT_DOCUMENT));
    }
    return true;
}

static void
emit_entities(const struct gather *gather, struct emit *json)
{
    emit_array(json, "entities");
    for (uint32_t node = 0; node < gather->nodes; node++) {
        if (gather->size[gather->home[node]] < 2)
            continue;
        emit_array(json, NULL);
        emit_long(json, NULL, gather->home[node]);
        emit_str(json, NULL, gather->names[node]);
        emit_long(json, NULL, gather->records[node]);
        emit_array_end(json);
    }
    emit_array_end(json);
}

static void
emit_sentences(const struct gather *gather, struct emit *json)
{
    emit_array(json, "sentences");
    for (size_t i = 0; i < gather->chosen_count; i++) {
        const struct chosen *chosen = &gather->chosen[i];

        if (chosen->text.at == NULL)
            continue;
        emit_array(json, NULL);
        emit_long(json, NULL, chosen->home);
        emit_long(json, NULL, chosen->place);
        emit_long(json, NULL, chosen->seq);
        emit_long(json, NULL, chosen->start);
        emit_long(json, NULL, chosen->stop);
        emit_str(json, NULL, chosen->text);
        emit_array_end(json);
    }
    emit_array_end(json);
}

static bool
store(const struct gather *gather, struct conn *conn, const struct call *due, int64_t began,
      struct err *err)
{
    struct pipe *pipe = pipe_new(conn, gather->arena, &no_claims);
    struct call *call = pipe_add(pipe, STMT_community_put);
    struct emit json;
    struct buf buf;

    buf_start(&buf, gather->arena, 4096);
    emit_start(&json, &buf);
    emit_object(&json, NULL);
    emit_str(&json, "seen", call_cell(due, 0, SEEN));
    emit_str(&json, "records", call_cell(due, 0, RECORDS));
    emit_long(&json, "ms", (long)((clock_us() - began) / 1000));
    emit_entities(gather, &json);
    emit_sentences(gather, &json);
    emit_object_end(&json);
    call_str(call, call_cell(due, 0, TENANT));
    call_str(call, call_cell(due, 0, NUMBER));
    call_text(call, buf.data);
    return pipe_run(pipe, clock_us() + PATIENCE_US, err);
}

static bool
gather_one(struct conn *conn, struct arena *arena, const struct call *due, struct err *err)
{
    struct gather gather = {.arena = arena};
    struct pipe *pipe = pipe_new(conn, arena, &no_claims);
    struct call *taken = pipe_add(pipe, STMT_community_take);
    int64_t began = clock_us();

    call_str(taken, call_cell(due, 0, TENANT));
    call_str(taken, call_cell(due, 0, NUMBER));
    call_long(taken, GATHER_MENTIONS);
    if (!pipe_run(pipe, clock_us() + PATIENCE_US, err))
        return false;
    read_spoken(&gather, taken);
    find_homes(&gather);
    choose(&gather);
    return read_texts(&gather, conn, due, err) && store(&gather, conn, due, began, err);
}

bool
gather_any(struct conn *conn, struct arena *arena, double seconds, bool *found_out,
           struct err *err)
{
    struct pipe *pipe = pipe_new(conn, arena, &no_claims);
    struct call *due = pipe_add(pipe, STMT_community_due);

    call_double(due, seconds);
    if (!pipe_run(pipe, clock_us() + PATIENCE_US, err))
        return false;
    *found_out = call_rows(due) > 0;
    return !*found_out || gather_one(conn, arena, due, err);
}
