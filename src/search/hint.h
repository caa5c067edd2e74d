/*
 * hint: what this session remembers of a collection, so that a vector search is one prepared
 * plan.
 *
 * Planning a search anew costs Postgres about a fifth of the search.  A hint names the
 * collection's table, and a statement made for that table stays prepared.  A hint may be stale:
 * the statement itself compares it with the catalogue and returns nothing when it is.
 */
#ifndef SEARCH_HINT_H
#define SEARCH_HINT_H

#include "base/str.h"
#include "db/pipe.h"

#include <stdbool.h>

#define HINT_KEY 120

struct hint {
    char key[HINT_KEY]; /* who and where; empty: unused */
    long number;        /* 0: not known, or not searched by index */
    long made_for;      /* the number that the prepared statements are about */
    long dimension;
    char space[8];
    bool prepared[2]; /* the statements for few and for many results */
};

/* The hint of a collection in this session; NULL when there is no room to remember it. */
struct hint *hint_of(struct conn *conn, const struct claims *claims, struct str database,
                     struct str collection);

/* Add the statement that tells the hint, and take its answer. */
struct call *hint_ask(struct pipe *pipe, struct str database, struct str collection);
void hint_learn(struct hint *hint, const struct call *call);
void hint_forget(struct hint *hint);

#endif
