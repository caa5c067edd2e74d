/*
 * bm25: which records answer a query's words best, exactly.
 */
#include "words/bm25.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define K1          1.2
#define B           0.75
#define FIRST_ROOM  64
#define EMPTY       0 /* no record has this number */
#define DENSE       8 /* slots a posting, at most */
#define FEWEST_BITS 4
#define HASH_FACTOR 0x9E3779B97F4A7C15U /* 2^64 by the golden ratio (Knuth, 6.4) */

struct gone {
    int64_t seq, run;
};

/* Postings as they came: unpacked once to be counted, and once more to be scored.  That takes
   less time than to keep them unpacked, which asks for fresh memory. */
struct piece {
    struct str bytes;
    int64_t run;
};

struct term {
    struct str text;
    bool is_prefix;
    unsigned roles;
    struct piece *pieces;
    size_t pieces_count, pieces_room;
    struct posting *posts; /* those of records whose words wait, or of a prefix */
    size_t posts_count, posts_room;
    size_t df;
};

/* What a record has of terms with conditions; the scores stand apart. */
struct mark {
    uint32_t musts;
    bool is_out;
};

struct bm25 {
    struct arena *arena;
    double records, average;
    struct term *terms;
    size_t terms_count, terms_room;
    struct gone *gone;
    size_t gone_count, gone_room;
    bool in_order;      /* terms, prefixes last, and gone are in order: all of them are there */
    size_t exact_count; /* terms that are no prefixes */
    int64_t low, high;  /* of the records with a posting */
    /* By number from `low` where records are dense, else hashed (open addressing). */
    size_t slots;
    unsigned hash_bits; /* 0: they are dense */
    int64_t *seqs;      /* NULL: they are dense */
    double *scores;
    struct mark *marks; /* NULL: no term has a condition */
    uint32_t musts;
    double most;
};

struct bm25 *
bm25_new(struct arena *arena, double records, double words)
{
    struct bm25 *bm25 = arena_take(arena, sizeof *bm25);

    bm25->arena = arena;
    bm25->records = records > 1 ? records : 1;
    bm25->average = (words > 1 ? words : 1) / bm25->records;
    bm25->low = POSTING_SEQ_MAX;
    return bm25;
}

/* Room for one more item, twice as much each time. */
static void *
grown(struct arena *arena, void *items, size_t count, size_t *room, size_t size)
{
    void *more;

    if (count < *room)
        return items;
    *room = *room == 0 ? FIRST_ROOM : *room * 2;
    more = arena_take(arena, *room * size);
    if (count > 0)
        memcpy(more, items, count * size);
    return more;
}

void
bm25_term(struct bm25 *bm25, struct str text, bool is_prefix, unsigned roles)
{
    for (size_t i = 0; i < bm25->terms_count; i++) {
        struct term *term = &bm25->terms[i];

        if (term->is_prefix == is_prefix && str_same(term->text, text)) {
            term->roles |= roles;
            return;
        }
    }
    bm25->terms = grown(bm25->arena, bm25->terms, bm25->terms_count, &bm25->terms_room,
                        sizeof *bm25->terms);
    bm25->terms[bm25->terms_count++] =
        (struct term){.text = text, .is_prefix = is_prefix, .roles = roles};
}

void
bm25_gone(struct bm25 *bm25, int64_t seq, int64_t run)
{
    bm25->gone =
        grown(bm25->arena, bm25->gone, bm25->gone_count, &bm25->gone_room, sizeof *bm25->gone);
    bm25->gone[bm25->gone_count++] = (struct gone){seq, run};
}

static int
gone_order(const void *a, const void *b)
{
    const struct gone *x = a, *y = b;

    if (x->seq != y->seq)
        return x->seq < y->seq ? -1 : 1;
    return x->run < y->run ? -1 : x->run > y->run;
}

/* As bytes; a text before those that begin with it. */
static int
text_order(struct str x, struct str y)
{
    int order = memcmp(x.at, y.at, x.len < y.len ? x.len : y.len);

    return order != 0 ? order : (x.len > y.len) - (x.len < y.len);
}

static int
term_order(const void *a, const void *b)
{
    const struct term *x = a, *y = b;

    if (x->is_prefix != y->is_prefix)
        return x->is_prefix ? 1 : -1;
    return text_order(x->text, y->text);
}

/* Before the first posting. */
static void
put_in_order(struct bm25 *bm25)
{
    if (bm25->in_order)
        return;
    if (bm25->gone_count > 0)
        qsort(bm25->gone, bm25->gone_count, sizeof *bm25->gone, gone_order);
    if (bm25->terms_count > 0)
        qsort(bm25->terms, bm25->terms_count, sizeof *bm25->terms, term_order);
    while (bm25->exact_count < bm25->terms_count && !bm25->terms[bm25->exact_count].is_prefix)
        bm25->exact_count++;
    bm25->in_order = true;
}

static bool
is_dead(const struct bm25 *bm25, int64_t seq, int64_t run)
{
    size_t low = 0, high = bm25->gone_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct gone *gone = &bm25->gone[middle];

        if (gone->seq < seq || (gone->seq == seq && gone->run <= run))
            low = middle + 1;
        else
            high = middle;
    }
    return low < bm25->gone_count && bm25->gone[low].seq == seq;
}

/* The next term that a word is, behind `last` (NULL: the first); NULL when there is none. */
static struct term *
term_of(struct bm25 *bm25, struct str word, const struct term *last)
{
    struct term wanted = {.text = word}, *found = NULL;
    size_t next;

    put_in_order(bm25);
    next = bm25->exact_count;
    if (last == NULL && next > 0)
        found = bsearch(&wanted, bm25->terms, next, sizeof wanted, term_order);
    if (found != NULL)
        return found;
    if (last != NULL && last->is_prefix)
        next = (size_t)(last - bm25->terms) + 1;
    for (; next < bm25->terms_count; next++) {
        struct str prefix = bm25->terms[next].text;

        if (word.len >= prefix.len && memcmp(word.at, prefix.at, prefix.len) == 0)
            return &bm25->terms[next];
    }
    return NULL;
}

static void
term_add(struct bm25 *bm25, struct term *term, const struct posting *posting)
{
    bm25->low = posting->seq < bm25->low ? posting->seq : bm25->low;
    bm25->high = posting->seq > bm25->high ? posting->seq : bm25->high;
    term->posts = grown(bm25->arena, term->posts, term->posts_count, &term->posts_room,
                        sizeof *term->posts);
    term->posts[term->posts_count++] = *posting;
}

/* The next living posting of a piece. */
static bool
next_living(const struct bm25 *bm25, struct posting_reader *reader, int64_t run,
            struct posting *posting)
{
    while (posting_next(reader, posting)) {
        if (bm25->gone_count == 0 || !is_dead(bm25, posting->seq, run))
            return true;
    }
    return false;
}

static bool
term_posts(struct bm25 *bm25, struct term *term, int64_t run, struct str posts)
{
    struct posting_reader reader;
    struct posting posting;

    posting_start(&reader, posts);
    if (term->is_prefix) {
        while (next_living(bm25, &reader, run, &posting))
            term_add(bm25, term, &posting);
        return !reader.broken;
    }
    for (; next_living(bm25, &reader, run, &posting); term->df++) {
        bm25->low = posting.seq < bm25->low ? posting.seq : bm25->low;
        bm25->high = posting.seq > bm25->high ? posting.seq : bm25->high;
    }
    term->pieces = grown(bm25->arena, term->pieces, term->pieces_count, &term->pieces_room,
                         sizeof *term->pieces);
    term->pieces[term->pieces_count++] = (struct piece){posts, run};
    return !reader.broken;
}

bool
bm25_posts(struct bm25 *bm25, struct str word, int64_t run, struct str posts)
{
    bool whole = true;

    for (struct term *term = NULL; (term = term_of(bm25, word, term)) != NULL;)
        whole = term_posts(bm25, term, run, posts) && whole;
    return whole;
}

void
bm25_post(struct bm25 *bm25, struct str word, const struct posting *posting)
{
    for (struct term *term = NULL; (term = term_of(bm25, word, term)) != NULL;)
        term_add(bm25, term, posting);
}

static int
posting_order(const void *a, const void *b)
{
    const struct posting *x = a, *y = b;

    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* A prefix stands for all its words together: one posting a record. */
static void
prefix_fold(struct term *term)
{
    size_t kept = 0;

    if (!term->is_prefix || term->posts_count == 0)
        return;
    qsort(term->posts, term->posts_count, sizeof *term->posts, posting_order);
    for (size_t i = 1; i < term->posts_count; i++) {
        if (term->posts[i].seq == term->posts[kept].seq)
            term->posts[kept].often += term->posts[i].often;
        else
            term->posts[++kept] = term->posts[i];
    }
    term->posts_count = kept + 1;
}

/* Where a record is, or belongs; as many as there are when it is beyond all that were found. */
static size_t
slot_of(const struct bm25 *bm25, int64_t seq)
{
    size_t at;

    if (bm25->seqs == NULL)
        return seq >= bm25->low && seq <= bm25->high ? (size_t)(seq - bm25->low) : bm25->slots;
    at = (size_t)((uint64_t)seq * HASH_FACTOR >> (64 - bm25->hash_bits));
    while (bm25->seqs[at] != EMPTY && bm25->seqs[at] != seq)
        at = (at + 1) & (bm25->slots - 1);
    return at;
}

/* Room for every record that has a posting.  Neighbours in a list of postings are neighbours in
   dense slots, which memory likes; where they would stay mostly empty they are hashed. */
static void
slots_make(struct bm25 *bm25, size_t most, bool conditions)
{
    bm25->slots = bm25->high < bm25->low ? 0 : (size_t)(bm25->high - bm25->low) + 1;
    if (bm25->slots / DENSE > most) {
        bm25->hash_bits = FEWEST_BITS;
        while ((size_t)1 << bm25->hash_bits < most + most / 2 + 1)
            bm25->hash_bits++;
        bm25->slots = (size_t)1 << bm25->hash_bits;
        bm25->seqs = arena_take(bm25->arena, bm25->slots * sizeof *bm25->seqs);
    }
    bm25->scores = arena_take(bm25->arena, (bm25->slots + 1) * sizeof *bm25->scores);
    if (conditions)
        bm25->marks = arena_take(bm25->arena, (bm25->slots + 1) * sizeof *bm25->marks);
}

/* What is the same for all postings of a term. */
struct weight {
    double top, steady, by_len;
    unsigned roles;
};

static inline void
posting_score(struct bm25 *bm25, const struct weight *weight, const struct posting *posting)
{
    size_t at = slot_of(bm25, posting->seq);

    if (bm25->seqs != NULL)
        bm25->seqs[at] = posting->seq;
    bm25->scores[at] += weight->top * posting->often /
                        (posting->often + weight->steady + weight->by_len * posting->len);
    if (bm25->marks == NULL)
        return;
    bm25->marks[at].musts += (weight->roles & BM25_MUST) != 0;
    bm25->marks[at].is_out = bm25->marks[at].is_out || (weight->roles & BM25_NOT) != 0;
}

static double
term_idf(const struct bm25 *bm25, const struct term *term)
{
    double df = (double)term->df;

    return log1p((bm25->records - df + 0.5) / (df + 0.5));
}

static void
term_score(struct bm25 *bm25, const struct term *term)
{
    double idf = term_idf(bm25, term);
    struct weight weight = {.top = (term->roles & BM25_COUNTS) != 0 ? idf * (K1 + 1) : 0,
                            .steady = K1 * (1 - B),
                            .by_len = K1 * B / bm25->average,
                            .roles = term->roles};

    bm25->most += weight.top;
    bm25->musts += (term->roles & BM25_MUST) != 0;
    for (size_t i = 0; i < term->posts_count; i++)
        posting_score(bm25, &weight, &term->posts[i]);
    for (size_t i = 0; i < term->pieces_count; i++) {
        struct posting_reader reader;
        struct posting posting;

        posting_start(&reader, term->pieces[i].bytes);
        while (next_living(bm25, &reader, term->pieces[i].run, &posting))
            posting_score(bm25, &weight, &posting);
    }
}

/* What is excluded or lacks something keeps its place, so that it is known as such. */
void
bm25_rank(struct bm25 *bm25)
{
    bool conditions = false;
    size_t most = 0;

    for (size_t i = 0; i < bm25->terms_count; i++) {
        struct term *term = &bm25->terms[i];

        prefix_fold(term);
        term->df += term->posts_count;
        most += term->df;
        conditions = conditions || (term->roles & (BM25_MUST | BM25_NOT)) != 0;
    }
    slots_make(bm25, most, conditions);
    for (size_t i = 0; i < bm25->terms_count; i++)
        term_score(bm25, &bm25->terms[i]);
}

double
bm25_rarity(struct bm25 *bm25, struct str text)
{
    const struct term *term = term_of(bm25, text, NULL);

    return term == NULL || term->df == 0 ? -1 : term_idf(bm25, term);
}

double
bm25_most(const struct bm25 *bm25)
{
    return bm25->most;
}

static bool
is_worse(const struct bm25_hit *a, const struct bm25_hit *b)
{
    return a->score < b->score || (a->score == b->score && a->seq > b->seq);
}

static int
hit_order(const void *a, const void *b)
{
    return is_worse(a, b) ? 1 : -1; /* no two are equal */
}

/* A heap with the worst on top. */
static void
heap_sink(struct bm25_hit *heap, size_t count, size_t at)
{
    struct bm25_hit hit = heap[at];

    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && is_worse(&heap[child + 1], &heap[child]))
            child++;
        if (!is_worse(&heap[child], &hit))
            break;
        heap[at] = heap[child];
    }
    heap[at] = hit;
}

/* Every term that counts weighs more than nothing. */
static bool
is_answer(const struct bm25 *bm25, size_t at)
{
    if (bm25->scores[at] == 0)
        return false;
    return bm25->marks == NULL ||
           (!bm25->marks[at].is_out && bm25->marks[at].musts == bm25->musts);
}

/* How many answers there are, at most `want`. */
static size_t
count_answers(const struct bm25 *bm25, size_t want)
{
    size_t count = 0;

    for (size_t at = 0; at < bm25->slots && count < want; at++)
        count += is_answer(bm25, at);
    return count;
}

/* In a heap of those that are best so far. */
static void
heap_offer(struct bm25_hit *heap, size_t room, size_t *count, struct bm25_hit hit)
{
    if (*count < room) {
        heap[(*count)++] = hit;
        for (size_t at = room / 2; *count == room && at-- > 0;)
            heap_sink(heap, room, at);
    } else if (is_worse(&heap[0], &hit)) {
        heap[0] = hit;
        heap_sink(heap, room, 0);
    }
}

struct bm25_hit *
bm25_best(const struct bm25 *bm25, size_t want, size_t *count_out)
{
    size_t room = count_answers(bm25, want), count = 0;
    struct bm25_hit *heap = arena_take(bm25->arena, (room + 1) * sizeof *heap);

    for (size_t at = 0; at < bm25->slots && room > 0; at++) {
        int64_t seq = bm25->seqs == NULL ? bm25->low + (int64_t)at : bm25->seqs[at];

        if (is_answer(bm25, at) && (count < room || bm25->scores[at] >= heap[0].score))
            heap_offer(heap, room, &count, (struct bm25_hit){seq, bm25->scores[at]});
    }
    qsort(heap, count, sizeof *heap, hit_order);
    *count_out = count;
    return heap;
}

bool
bm25_score(const struct bm25 *bm25, int64_t seq, double *score_out)
{
    size_t at = slot_of(bm25, seq);

    *score_out = at < bm25->slots ? bm25->scores[at] : 0;
    if (bm25->marks == NULL)
        return true;
    return at < bm25->slots ? !bm25->marks[at].is_out && bm25->marks[at].musts == bm25->musts
                            : bm25->musts == 0;
}
