/*
 * search: find records by words, by meaning, or by both.
 *
 * What words answer is scored here, by src/words, with what one trip read (search_words()).
 * Then one statement: Postgres judges the candidates of both ways and returns the best with
 * their parts.  What cannot be done by meaning is done by words and says so: `degraded` with a
 * reason.
 */
#ifndef SEARCH_SEARCH_H
#define SEARCH_SEARCH_H

#include "base/emit.h"
#include "base/scan.h"
#include "base/str.h"
#include "db/pipe.h"
#include "embed/service.h"
#include "search/rerank.h"
#include "web/ctx.h"
#include "words/lookup.h"

#include <stdbool.h>

struct fill; /* graph/fill.h */

enum search_mode {
    SEARCH_HYBRID,
    SEARCH_VECTOR,
    SEARCH_LEXICAL,
    SEARCH_GRAPH,
    SEARCH_EXPLORE,
    SEARCH_GLOBAL
};

#define SEARCH_HOPS  4    /* most steps through the graph */
#define SEARCH_LIMIT 1000 /* most results, and deepest offset times ten */

struct search {
    struct str database, collection;
    enum search_mode mode;
    struct str query;          /* absent: only the vector counts */
    const struct query *asked; /* the same with operators; NULL: it has none */
    bool operators;            /* the query is written with them */
    struct str like;           /* id of a record, for search_like_call(); absent: the query */
    struct word_hits hits;     /* answers by words, from search_words() */
    long least_hits;           /* so many answers are looked at, whatever the limit */
    struct buf vector; /* big-endian float32; empty: made from the query where possible */
    size_t dims;
    const char *model;             /* what makes the vector; NULL: it was given */
    struct embed_reading reading;  /* of the query, to weigh its words, when made from it */
    const struct embed *kept_back; /* embeds the query if need be: see search_embed.h; NULL */
    const char *no_meaning; /* why this server cannot embed the query; NULL when it can */
    long limit, offset;
    const char *where; /* jsonpath of store/where, or NULL */
    bool has_least;
    double least;  /* lowest score that is returned */
    double weight; /* share of meaning in hybrid scores, 0..1; below 0: the embedder's own */
    long hops;     /* of a search through the graph: 1 .. SEARCH_HOPS */
    struct rerank rerank;
    const char *shortfall; /* what else is less than was asked for, or NULL */
    bool explain;          /* tell the parts of every score */
    bool absent_is_empty;  /* search_call(): no such collection is no row, not an error */
    struct fill *graphs;   /* SEARCH_EXPLORE: whole ones; NULL: it fetches a part */
    const char *walked;    /* SEARCH_EXPLORE went over the "whole" graph or a "part" */
    bool direct;           /* search_run() took the short way: there is no row that tells how */
};

const char *search_mode_name(enum search_mode mode);

/* Does it go through what records speak of, and tell its ways? */
bool search_by_graph(const struct search *search);

void search_start(struct search *search, struct arena *arena);

/* A search as JSON: collection, query, vector, mode, k, offset, where, min_score, weight, hops,
   explain, and those of search/rerank.h. */
bool search_scan(struct scan *scan, struct search *search);
/* Its parts, for bodies that say more: one member, and what follows the last. */
bool search_scan_member(struct scan *scan, struct str name, struct search *search);
bool search_scan_end(struct scan *scan, struct search *search);

/* Reads the query's operators when it is said to have some: what is embedded, looked up in the
   graph and marked is then the query without them.  ERR_SHAPE: it names nothing to be found. */
bool search_operators(struct search *search, struct arena *arena, struct err *err);

/* Share of meaning that an embedder has earned in hybrid scores; NULL: embeddings of others. */
double search_weight(const char *model);
/* The share of meaning in this search. */
double search_share(const struct search *search);

/* What words answer, for the statement: one trip, or some more where a filter or a phrase
   leaves most of the best out. */
bool search_words(struct search *search, const struct lookup_trip *trip, struct err *err);

/* search_embed_for() (search_embed.h) and search_words(). */
bool search_ready(struct search *search, struct ctx *ctx);

/* The statement of a search whose words were found, to be run in a pipe with others; not for
   SEARCH_EXPLORE, which takes a trip more: see search_run(). */
struct call *search_call(struct pipe *pipe, const struct search *search);

/* The same for SEARCH_GRAPH and SEARCH_GLOBAL, which need a query. */
struct call *search_graph_call(struct pipe *pipe, const struct search *search);

/* The statement of a search for the records that are like one of the collection (`like`), which
   is among them: by its embedding, or by its words when it has none.  Of the search only where
   and how many counts.  No such collection is no row; search_failure() (search_emit.h) tells
   what else was wrong. */
struct call *search_like_call(struct pipe *pipe, const struct search *search);

/* A search in a pipe of its own, by the shortest way: see search/hint.h. */
bool search_run(struct search *search, struct conn *conn, struct arena *arena,
                const struct claims *claims, int64_t deadline, struct call **call_out,
                struct err *err);

#endif
