/*
 * bm25: which records answer a query's words best, exactly.
 *
 * BM25 (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009) with the weight of
 * Robertson and Sparck Jones in the form that never falls below zero:
 *
 *     idf(t) = ln(1 + (N - df + 0.5) / (df + 0.5))
 *     score  = sum over t of idf(t) * tf * (k1 + 1) / (tf + k1 * (1 - b + b * len / avglen))
 *
 * with k1 = 1.2 and b = 0.75.  N counts the records that have words, df those that have the
 * term; both count living ones only.  Every posting is scored; nothing is estimated.
 */
#ifndef WORDS_BM25_H
#define WORDS_BM25_H

#include "base/arena.h"
#include "base/str.h"
#include "words/posting.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bm25; /* opaque */

enum bm25_role {
    BM25_COUNTS = 1, /* adds to the score */
    BM25_MUST = 2,   /* who lacks it is no answer */
    BM25_NOT = 4     /* who has it is none */
};

struct bm25_hit {
    int64_t seq;
    double score;
};

/* `records` that have words, and their words together. */
struct bm25 *bm25_new(struct arena *arena, double records, double words);

/* A term, or all that begin with `text` as one term.  Said again it gets the further roles. Say
   all before any posting. */
void bm25_term(struct bm25 *bm25, struct str text, bool is_prefix, unsigned roles);

/* Postings of `seq` in runs below `run` are dead.  Say all before any posting. */
void bm25_gone(struct bm25 *bm25, int64_t seq, int64_t run);

/* Postings of a word, for each term that it is, which must stay where they are; false when they
   are broken.  A word that is no term's is passed over. */
bool bm25_posts(struct bm25 *bm25, struct str word, int64_t run, struct str posts);
void bm25_post(struct bm25 *bm25, struct str word, const struct posting *posting);

/* Scores all that was said. */
void bm25_rank(struct bm25 *bm25);

/* After bm25_rank(): how rare a term is, its idf; below 0 when it is none, or no record has it.
 */
double bm25_rarity(struct bm25 *bm25, struct str text);

double bm25_most(const struct bm25 *bm25); /* no record can score more */

/* The best `want`, or all when there are fewer; equal ones in the order of their numbers. */
struct bm25_hit *bm25_best(const struct bm25 *bm25, size_t want, size_t *count_out);

/* The score of one record, 0 when it has none of the words; false when it is no answer. */
bool bm25_score(const struct bm25 *bm25, int64_t seq, double *score_out);

#endif
