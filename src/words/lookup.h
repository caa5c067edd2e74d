/*
 * lookup: what a collection's words say to a query, read in one trip and scored here.
 *
 *     lookup_call() into a pipe; run it; lookup_read(); then lookup_best() (one trip more, or a
 *     few, where a filter or a phrase leaves records out) fills struct word_hits, which a
 *     search's own statement takes.
 *
 * All of lookup_call() is read in one snapshot, under the caller's tenant: statistics,
 * postings, words that wait, and which postings are dead.
 */
#ifndef WORDS_LOOKUP_H
#define WORDS_LOOKUP_H

#include "base/err.h"
#include "db/pipe.h"
#include "words/bm25.h"
#include "words/query.h"

#include <stdbool.h>

/* By what further trips are made. */
struct lookup_trip {
    struct conn *conn;
    struct arena *arena;
    const struct claims *claims;
    int64_t deadline;
};

struct lookup {
    struct str database, collection;
    const struct query *query;
    struct str like;   /* id: the words are those of this record, if it has no embedding */
    const char *where; /* jsonpath of store/where, or NULL */
    const struct str *words; /* the query's, one by one; NULL: nobody asks how rare they are */
    size_t words_count;
    double *rarity; /* lookup_read(): of each of `words`; below 0: no record has it, or it is
                       none that is looked for */
    struct call *call;
    struct str set;      /* of words that is searched: its number; absent: no such collection */
    struct str embedder; /* of the collection; absent: it has none */
    struct bm25 *bm25;   /* NULL: there is no such collection, or no word to look for */
};

/* Records near a query's vector, as the same trip proposed them: `width` is how many were
   wanted, and one list stands for each width that is gone through. */
struct word_near {
    long width;
    int64_t seq;
    double alike;
};

/* Answers by words: best first, then those of the near ones that are not among the best. */
struct word_hits {
    struct bm25_hit *hits;
    size_t count;
    double most; /* that any record could score */
    struct word_near *near;
    size_t near_count;
    const void *weighed; /* the query's vector, its words weighed: big-endian float32; NULL */
    size_t dims;         /* of that */
};

void lookup_call(struct lookup *lookup, struct pipe *pipe);

/* Scores what the call brought; false when the database holds what was never written so. */
bool lookup_read(struct lookup *lookup, struct arena *arena, struct err *err);

/* The best `want` that pass the filter and the phrases, and the score of each near one; near
   ones that do not have what the query asks for are taken away. */
bool lookup_best(const struct lookup *lookup, size_t want, const struct lookup_trip *trip,
                 struct word_hits *hits, struct err *err);

/* Seven parameters: seqs, scores, the most; of near ones the widths, seqs and similarities; the
   weighed vector. */
void lookup_bind(struct call *call, struct pipe *pipe, const struct word_hits *hits);

#endif
