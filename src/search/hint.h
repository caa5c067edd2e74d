/*
 * hint: what this session remembers of a collection, so that a vector search is one prepared
 * plan and no query is embedded for nothing (search_embed.h).
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
#include <stddef.h>
#include <stdint.h>

#define HINT_KEY     120
#define HINT_FILTERS 4 /* remembered for each collection */

/* The statements that are made for a collection, each for few and for many results. */
enum hint_statement { HINT_NEAREST, HINT_CHROMA, HINT_CHROMA_FILTERED, HINT_STATEMENTS };

/* Which part of the records a filter lets through, as the server judged. */
struct hint_filter {
    uint32_t hash; /* of its text */
    float share;   /* below 0: of a filter that the index does not answer; 0: unused */
    int64_t until; /* clock_us() time */
};

struct hint {
    char key[HINT_KEY]; /* who and where; empty: unused */
    long number;        /* 0: not known, or not searched by index */
    long made_for;      /* the number that the prepared statements are about */
    long dimension;
    long effort;  /* hnsw.ef_search */
    size_t place; /* in the session's table: a part of the statements' names */
    char space[8];
    bool foreign;                      /* its embeddings are not by what embeds queries here */
    bool prepared[HINT_STATEMENTS][2]; /* for few and for many results */
    struct hint_filter filters[HINT_FILTERS];
};

/* The hint of a collection in this session; NULL when there is no room to remember it. */
struct hint *hint_of(struct conn *conn, const struct claims *claims, struct str database,
                     struct str collection);

/* Add the statement that tells the hint, and take its answer. */
struct call *hint_ask(struct pipe *pipe, struct str database, struct str collection);
void hint_learn(struct hint *hint, const struct call *call);
void hint_forget(struct hint *hint);

/* The share of a filter; below 0 when an exact scan should answer, 0 when that is not known
   (any more). */
double hint_share(const struct hint *hint, const char *filter);
void hint_share_learn(struct hint *hint, const char *filter, double share);

#endif
