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

/* clang-format off */
struct gone { int64_t seq, run; };
struct slot { int64_t seq; double score; uint32_t musts; bool is_out; };
/* clang-format on */

struct term {
    struct str text;
    bool is_prefix;
    unsigned roles;
    struct posting *posts;
    size_t count, room;
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
    struct slot *slots; /* by number from `low` where records are dense, else hashed */
    size_t slots_count; /* a power of two where they are hashed */
    unsigned slots_bits; /* 0: they are dense */
    int64_t low;
    uint32_t musts;
    double most;
    size_t hits;
};

struct bm25 *
bm25_new(struct arena *arena, double records, double words)
{
    struct bm25 *bm25 = arena_take(arena, sizeof *bm25);

    bm25->arena = arena;
    bm25->records = records > 1 ? records : 1;
    bm25->average = (words > 1 ? words : 1) / bm25->records;
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
    term->posts =
        grown(bm25->arena, term->posts, term->count, &term->room, sizeof *term->posts);
    term->posts[term->count++] = *posting;
}

static bool
term_posts(struct bm25 *bm25, struct term *term, int64_t run, struct str posts)
{
    struct posting_reader reader;
    struct posting posting;

    posting_start(&reader, posts);
    while (posting_next(&reader, &posting)) {
        if (bm25->gone_count == 0 || !is_dead(bm25, posting.seq, run))
            term_add(bm25, term, &posting);
    }
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

    if (!term->is_prefix || term->count == 0)
        return;
    qsort(term->posts, term->count, sizeof *term->posts, posting_order);
    for (size_t i = 1; i < term->count; i++) {
        if (term->posts[i].seq == term->posts[kept].seq)
            term->posts[kept].often += term->posts[i].often;
        else
            term->posts[++kept] = term->posts[i];
    }
    term->count = kept + 1;
}

/* Where a record is, or belongs; NULL when it is beyond all that were found. */
static struct slot *
slot_of(const struct bm25 *bm25, int64_t seq)
{
    size_t at, mask = bm25->slots_count - 1;

    if (bm25->slots_bits == 0) {
        at = (size_t)(seq - bm25->low);
        return seq >= bm25->low && at < bm25->slots_count ? &bm25->slots[at] : NULL;
    }
    at = (size_t)((uint64_t)seq * HASH_FACTOR >> (64 - bm25->slots_bits));
    while (bm25->slots[at].seq != EMPTY && bm25->slots[at].seq != seq)
        at = (at + 1) & mask;
    return &bm25->slots[at];
}

/* Room for every record that has a posting.  Neighbours in a list of postings are neighbours in
   dense slots, which memory likes; where they would stay mostly empty they are hashed. */
static void
slots_make(struct bm25 *bm25)
{
    size_t most = 0, span;
    int64_t high = 0;

    bm25->low = POSTING_SEQ_MAX;
    for (size_t i = 0; i < bm25->terms_count; i++) {
        const struct term *term = &bm25->terms[i];

        most += term->count;
        for (size_t j = 0; j < term->count; j++) {
            bm25->low = term->posts[j].seq < bm25->low ? term->posts[j].seq : bm25->low;
            high = term->posts[j].seq > high ? term->posts[j].seq : high;
        }
    }
    span = high < bm25->low ? 0 : (size_t)(high - bm25->low) + 1;
    bm25->slots_count = span;
    if (span / DENSE > most) {
        bm25->slots_bits = FEWEST_BITS;
        while ((size_t)1 << bm25->slots_bits < most + most / 2 + 1)
            bm25->slots_bits++;
        bm25->slots_count = (size_t)1 << bm25->slots_bits;
    }
    bm25->slots = arena_take(bm25->arena, (bm25->slots_count + 1) * sizeof *bm25->slots);
}

static void
term_score(struct bm25 *bm25, const struct term *term)
{
    double df = (double)term->count;
    double idf = log(1 + (bm25->records - df + 0.5) / (df + 0.5));
    double top = (term->roles & BM25_COUNTS) != 0 ? idf * (K1 + 1) : 0;
    double steady = K1 * (1 - B), by_len = K1 * B / bm25->average;
    bool must = (term->roles & BM25_MUST) != 0;

    bm25->most += top;
    bm25->musts += must;
    for (size_t i = 0; i < term->count; i++) {
        const struct posting *posting = &term->posts[i];
        struct slot *slot = slot_of(bm25, posting->seq);

        bm25->hits += slot->seq == EMPTY;
        slot->seq = posting->seq;
        slot->score += top * posting->often / (posting->often + steady + by_len * posting->len);
        slot->musts += must;
        slot->is_out = slot->is_out || (term->roles & BM25_NOT) != 0;
    }
}

/* What is excluded or lacks something keeps its place, so that it is known as such. */
void
bm25_rank(struct bm25 *bm25)
{
    for (size_t i = 0; i < bm25->terms_count; i++)
        prefix_fold(&bm25->terms[i]);
    slots_make(bm25);
    for (size_t i = 0; i < bm25->terms_count; i++)
        term_score(bm25, &bm25->terms[i]);
}

double
bm25_most(const struct bm25 *bm25)
{
    return bm25->most;
}

size_t
bm25_count(const struct bm25 *bm25)
{
    return bm25->hits;
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

static bool
is_answer(const struct bm25 *bm25, const struct slot *slot)
{
    return slot->seq != EMPTY && !slot->is_out && slot->musts == bm25->musts;
}

struct bm25_hit *
bm25_best(const struct bm25 *bm25, size_t want, size_t *count_out)
{
    size_t room = want < bm25->hits ? want : bm25->hits, count = 0;
    struct bm25_hit *heap = arena_take(bm25->arena, (room + 1) * sizeof *heap);

    for (size_t i = 0; i < bm25->slots_count && room > 0; i++) {
        struct bm25_hit hit = {bm25->slots[i].seq, bm25->slots[i].score};

        if (!is_answer(bm25, &bm25->slots[i]))
            continue;
        if (count < room) {
            heap[count++] = hit;
            for (size_t at = count / 2; count == room && at-- > 0;)
                heap_sink(heap, count, at);
        } else if (is_worse(&heap[0], &hit)) {
            heap[0] = hit;
            heap_sink(heap, count, 0);
        }
    }
    qsort(heap, count, sizeof *heap, hit_order);
    *count_out = count;
    return heap;
}

bool
bm25_score(const struct bm25 *bm25, int64_t seq, double *score_out)
{
    const struct slot *slot = slot_of(bm25, seq);

    *score_out = slot == NULL ? 0 : slot->score;
    return slot == NULL || slot->seq == EMPTY ? bm25->musts == 0 : is_answer(bm25, slot);
}
