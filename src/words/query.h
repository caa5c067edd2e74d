/*
 * query: what a search asks of words, with operators or without.
 *
 *     "exact phrase"   a record must have these words one after the other
 *     prefix*          any word that begins so, taken as one word
 *     +required        a record must have it: a word, a prefix or a phrase
 *     -excluded        a record must not have it
 *
 * Words are separated by blanks.  Whatever else stands there is part of a word; a quote that is
 * not closed ends with the text.  Nothing that is written is an error.
 */
#ifndef WORDS_QUERY_H
#define WORDS_QUERY_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

#define QUERY_CLAUSES      64 /* with an operator; further ones are taken as plain words */
#define QUERY_PREFIX_LEAST 2  /* bytes before the asterisk; with fewer it is a plain word */

enum query_sign { QUERY_MAY, QUERY_MUST, QUERY_NOT };

struct query_clause {
    struct str text;
    enum query_sign sign;
    bool is_prefix, is_phrase;
};

struct query {
    struct query_clause
        clauses[QUERY_CLAUSES + 1]; /* the first one: all plain words, or empty */
    size_t count;
    struct str plain; /* all that is asked for, without operators and what is excluded */
};

/* Takes the text as it is: all words plain, nothing is an operator. */
struct query query_plain(struct str text);

struct query query_read(struct arena *arena, struct str text);

/* Does it say anything beyond words that count? */
bool query_has_phrases(const struct query *query);

#endif
