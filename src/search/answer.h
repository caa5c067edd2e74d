/*
 * answer: the sentences of what was found that answer a question best, word for word.
 *
 * Nothing is written that does not stand in a record.  A sentence counts by the share of the
 * question's words that it has (words alike in their first five letters are one) and, a third
 * as much, by how its record was found.
 */
#ifndef SEARCH_ANSWER_H
#define SEARCH_ANSWER_H

#include "search/search.h"

#include <stddef.h>

#define ANSWER_MOST 3  /* sentences */
#define ANSWER_HITS 10 /* records that are read for them */

struct answer_part {
    size_t hit;       /* which result of the search */
    struct str text;  /* the sentence */
    long start, stop; /* its code points in the record's text */
    double score;     /* 0 .. 1 */
};

struct answer {
    struct answer_part parts[ANSWER_MOST]; /* best first */
    size_t count;                          /* 0: no sentence has a word of the question */
    double coverage; /* share of the question's words that stand in the parts or in the titles
                        of their records */
};

struct answer answer_pick(struct arena *arena, const struct search *search,
                          const struct call *call);

/* The sentences in the order of their score, with blanks between; NULL when there are none. */
const char *answer_text(struct arena *arena, const struct answer *answer);

#endif
