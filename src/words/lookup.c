/*
 * lookup: what a collection's words say to a query, read in one trip and scored here.
 */
#include "words/lookup.h"

#include "words/lexeme.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BATCH 1000 /* of the best that a filter or phrases are tried on */
#define WIDER       10

enum { KIND, TERM, FIRST, SECOND, BYTES }; /* columns of words_lookup */

void
lookup_call(struct lookup *lookup, struct pipe *pipe)
{
    const struct query *query = lookup->query;
    struct array *texts = array_new(pipe, ARRAY_TEXT), *kinds = array_new(pipe, ARRAY_TEXT);

    for (size_t i = 0; query != NULL && i < query->count; i++) {
        array_str(texts, query->clauses[i].text);
        array_str(kinds, query->clauses[i].is_prefix ? STR("prefix") : STR("text"));
    }
    for (size_t i = 0; i < lookup->words_count; i++) {
        array_str(texts, lookup->words[i]);
        array_str(kinds, STR("word"));
    }
    lookup->call = pipe_add(pipe, STMT_words_lookup);
    call_binary(lookup->call);
    call_str(lookup->call, lookup->database);
    call_str(lookup->call, lookup->collection);
    call_array(lookup->call, texts);
    call_array(lookup->call, kinds);
    call_str(lookup->call, lookup->like);
}

static unsigned
roles_of(const struct lookup *lookup, long clause)
{
    if (lookup->query == NULL)
        return BM25_COUNTS;
    if (clause < 0 || (size_t)clause >= lookup->query->count)
        return 0;
    switch (lookup->query->clauses[clause].sign) {
    case QUERY_MAY: return BM25_COUNTS;
    case QUERY_MUST: return BM25_COUNTS | BM25_MUST;
    case QUERY_NOT: return lookup->query->clauses[clause].is_phrase ? 0 : BM25_NOT;
    }
    return 0;
}

/* An excluded phrase excludes none of its words. */
static void
take_term(const struct lookup *lookup, size_t row)
{
    long clause = call_cell_long(lookup->call, row, FIRST) - 1;
    unsigned roles = roles_of(lookup, clause);
    bool is_prefix = false;

    if (roles != 0 && lookup->query != NULL)
        is_prefix = lookup->query->clauses[clause].is_prefix;
    if (roles != 0)
        bm25_term(lookup->bm25, call_cell(lookup->call, row, TERM), is_prefix, roles);
}

/* The row of a word of the query: which of its words that is, past the clauses. */
static size_t
word_of(const struct lookup *lookup, size_t row)
{
    size_t clauses = lookup->query == NULL ? 0 : lookup->query->count;
    size_t at = (size_t)call_cell_long(lookup->call, row, FIRST) - 1;

    return at >= clauses && at - clauses < lookup->words_count ? at - clauses
                                                               : lookup->words_count;
}

/* A word of which the language makes several is as rare as the rarest of them. */
static void
rate_words(struct lookup *lookup, struct arena *arena)
{
    lookup->rarity = arena_take(arena, (lookup->words_count + 1) * sizeof *lookup->rarity);
    for (size_t i = 0; i <= lookup->words_count; i++)
        lookup->rarity[i] = -1;
    for (size_t row = 0; row < call_rows(lookup->call); row++) {
        double rarity, *place;

        if (!str_is(call_cell(lookup->call, row, KIND), "word"))
            continue;
        place = &lookup->rarity[word_of(lookup, row)];
        rarity = bm25_rarity(lookup->bm25, call_cell(lookup->call, row, TERM));
        *place = rarity > *place ? rarity : *place;
    }
}

static bool
take_waiting(const struct lookup *lookup, size_t row)
{
    struct posting posting = {.seq = call_cell_long(lookup->call, row, FIRST),
                              .len = (uint32_t)call_cell_long(lookup->call, row, SECOND)};
    struct lexeme_reader reader;
    struct lexeme lexeme;

    lexeme_start(&reader, call_cell(lookup->call, row, BYTES));
    while (lexeme_next(&reader, &lexeme)) {
        posting.often = lexeme.often;
        bm25_post(lookup->bm25, lexeme.text, &posting);
    }
    return !reader.broken;
}

/* The rows come in this order: the sums, then terms, the query's words, dead ones, postings,
   words that wait. */
static bool
take_row(struct lookup *lookup, struct arena *arena, size_t row)
{
    const struct call *call = lookup->call;
    struct str kind = call_cell(call, row, KIND);

    if (str_is(kind, "sums")) {
        lookup->set = call_cell(call, row, TERM);
        lookup->embedder = call_cell(call, row, BYTES);
        lookup->bm25 = bm25_new(arena, call_cell_double(call, row, FIRST),
                                call_cell_double(call, row, SECOND));
    } else if (str_is(kind, "term"))
        take_term(lookup, row);
    else if (str_is(kind, "word"))
        return true; /* rated when all is read */
    else if (str_is(kind, "gone"))
        bm25_gone(lookup->bm25, call_cell_long(call, row, FIRST),
                  call_cell_long(call, row, SECOND));
    else if (str_is(kind, "posts"))
        return bm25_posts(lookup->bm25, call_cell(call, row, TERM),
                          call_cell_long(call, row, FIRST), call_cell(call, row, BYTES));
    else
        return take_waiting(lookup, row);
    return true;
}

bool
lookup_read(struct lookup *lookup, struct arena *arena, struct err *err)
{
    for (size_t row = 0; row < call_rows(lookup->call); row++) {
        if (!take_row(lookup, arena, row)) {
            err_detail(err, "words of collection %.*s", (int)lookup->collection.len,
                       lookup->collection.at);
            return err_set(err, ERR_INTERNAL, "the words of this collection are damaged");
        }
    }
    if (lookup->bm25 == NULL)
        return true;
    bm25_rank(lookup->bm25);
    if (lookup->words_count > 0)
        rate_words(lookup, arena);
    return true;
}

static void
bind_phrases(const struct lookup *lookup, struct call *call, struct pipe *pipe)
{
    struct array *need = array_new(pipe, ARRAY_TEXT), *ban = array_new(pipe, ARRAY_TEXT);

    for (size_t i = 0; lookup->query != NULL && i < lookup->query->count; i++) {
        const struct query_clause *clause = &lookup->query->clauses[i];

        if (clause->is_phrase)
            array_str(clause->sign == QUERY_NOT ? ban : need, clause->text);
    }
    call_array(call, need);
    call_array(call, ban);
}

static int
seq_order(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

/* Those of some records that pass the filter and the phrases, in the order of their numbers. */
struct passed {
    int64_t *seqs;
    size_t count;
};

static bool
has_passed(const struct passed *passed, int64_t seq)
{
    return bsearch(&seq, passed->seqs, passed->count, sizeof seq, seq_order) != NULL;
}

static bool
/* NOLINTNEXTLINE(readability-function-size): what is asked of whom, and what comes back */
ask_passed(const struct lookup *lookup, const struct lookup_trip *trip,
           const struct bm25_hit *hits, size_t count, struct passed *passed, struct err *err)
{
    struct pipe *pipe = pipe_new(trip->conn, trip->arena, trip->claims);
    struct call *call = pipe_add(pipe, STMT_words_pass);
    struct array *seqs = array_new(pipe, ARRAY_LONG);

    for (size_t i = 0; i < count; i++)
        array_long(seqs, hits[i].seq);
    call_str(call, lookup->database);
    call_str(call, lookup->collection);
    call_str(call, lookup->set);
    call_array(call, seqs);
    call_text(call, lookup->where);
    bind_phrases(lookup, call, pipe);
    if (!pipe_run(pipe, trip->deadline, err))
        return false;
    passed->count = call_rows(call);
    passed->seqs = arena_take(trip->arena, (passed->count + 1) * sizeof *passed->seqs);
    for (size_t i = 0; i < passed->count; i++)
        passed->seqs[i] = call_cell_long(call, i, 0);
    qsort(passed->seqs, passed->count, sizeof *passed->seqs, seq_order);
    return true;
}

/* Batches of the best, each ten times as many, until enough of them have passed. */
static bool
best_passed(const struct lookup *lookup, size_t want, const struct lookup_trip *trip,
            struct word_hits *hits, struct err *err)
{
    size_t done = 0;
    size_t wide = want > FIRST_BATCH ? want : FIRST_BATCH;

    hits->hits = arena_take(trip->arena, (want + 1) * sizeof *hits->hits);
    for (;; wide *= WIDER) {
        struct passed passed;
        size_t count;
        struct bm25_hit *best = bm25_best(lookup->bm25, wide, &count);

        if (count == done)
            return true;
        if (!ask_passed(lookup, trip, best + done, count - done, &passed, err))
            return false;
        for (; done < count && hits->count < want; done++) {
            if (has_passed(&passed, best[done].seq))
                hits->hits[hits->count++] = best[done];
        }
        if (hits->count == want || count < wide)
            return true;
    }
}

/* Near ones pass the filter already, but may lack a phrase. */
static bool
near_phrases(const struct lookup *lookup, const struct lookup_trip *trip,
             struct word_hits *hits, struct err *err)
{
    struct bm25_hit *near = arena_take(trip->arena, (hits->near_count + 1) * sizeof *near);
    struct passed passed;
    size_t kept = 0;

    for (size_t i = 0; i < hits->near_count; i++)
        near[i].seq = hits->near[i].seq;
    if (!ask_passed(lookup, trip, near, hits->near_count, &passed, err))
        return false;
    for (size_t i = 0; i < hits->near_count; i++) {
        if (has_passed(&passed, hits->near[i].seq))
            hits->near[kept++] = hits->near[i];
    }
    hits->near_count = kept;
    return true;
}

/* The numbers of hits, in order. */
static int64_t *
seqs_of(struct arena *arena, const struct bm25_hit *hits, size_t count)
{
    int64_t *seqs = arena_take(arena, (count + 1) * sizeof *seqs);

    for (size_t i = 0; i < count; i++)
        seqs[i] = hits[i].seq;
    qsort(seqs, count, sizeof *seqs, seq_order);
    return seqs;
}

/* Behind the best come near ones that have words but are not among them, each once. */
static void
near_scores(const struct lookup *lookup, const struct lookup_trip *trip, struct word_hits *hits)
{
    size_t best = hits->count, more = 0, kept = 0;
    struct passed known = {seqs_of(trip->arena, hits->hits, best), best};
    struct bm25_hit *all = arena_take(trip->arena, (best + hits->near_count + 1) * sizeof *all);

    for (size_t i = 0; i < hits->near_count; i++) {
        struct bm25_hit hit = {.seq = hits->near[i].seq};

        if (!bm25_score(lookup->bm25, hit.seq, &hit.score))
            continue;
        hits->near[kept++] = hits->near[i];
        if (hit.score > 0 && !has_passed(&known, hit.seq))
            all[best + more++] = hit;
    }
    hits->near_count = kept;
    memcpy(all, hits->hits, best * sizeof *all);
    qsort(all + best, more, sizeof *all, seq_order); /* the number stands first */
    for (size_t i = best; i < best + more; i++) {
        if (i == best || all[i].seq != all[hits->count - 1].seq)
            all[hits->count++] = all[i];
    }
    hits->hits = all;
}

bool
lookup_best(const struct lookup *lookup, size_t want, const struct lookup_trip *trip,
            struct word_hits *hits, struct err *err)
{
    bool phrases = lookup->query != NULL && query_has_phrases(lookup->query);

    hits->count = 0;
    if (lookup->bm25 == NULL)
        return true;
    hits->most = bm25_most(lookup->bm25);
    if (lookup->where == NULL && !phrases)
        hits->hits = bm25_best(lookup->bm25, want, &hits->count);
    else if (!best_passed(lookup, want, trip, hits, err))
        return false;
    if (phrases && hits->near_count > 0 && !near_phrases(lookup, trip, hits, err))
        return false;
    near_scores(lookup, trip, hits);
    return true;
}

void
lookup_bind(struct call *call, struct pipe *pipe, const struct word_hits *hits)
{
    struct array *seqs = array_new(pipe, ARRAY_LONG), *scores = array_new(pipe, ARRAY_DOUBLE);
    struct array *widths = array_new(pipe, ARRAY_LONG), *near = array_new(pipe, ARRAY_LONG),
                 *alike = array_new(pipe, ARRAY_DOUBLE);

    for (size_t i = 0; i < hits->count; i++) {
        array_long(seqs, hits->hits[i].seq);
        array_double(scores, hits->hits[i].score);
    }
    for (size_t i = 0; i < hits->near_count; i++) {
        array_long(widths, hits->near[i].width);
        array_long(near, hits->near[i].seq);
        array_double(alike, hits->near[i].alike);
    }
    call_array(call, seqs);
    call_array(call, scores);
    call_double(call, hits->most);
    call_array(call, widths);
    call_array(call, near);
    call_array(call, alike);
    call_vector(call, hits->weighed, hits->dims);
}
