/*
 * group: the best few of each group, for group_by of /search.
 *
 * Which records are alike, and how each of them stands by a key of the metadata, Postgres has
 * told by numbers; here the k of each group are kept that come first (or last) by the keys, in
 * the order of the keys.  Who lacks a key comes after all who have it, either way; what is
 * still equal goes by score and then by age.
 */
#ifndef CHROMA_GROUP_H
#define CHROMA_GROUP_H

#include <stdbool.h>
#include <stddef.h>

#define GROUP_KEYS  8 /* by which records are grouped, and by which they are compared */
#define GROUP_SCORE (-1)
#define GROUP_LACKS (-1)

struct group_by {
    size_t keys;        /* by which records are compared; 0: nothing is grouped */
    int by[GROUP_KEYS]; /* which of hit.place it is, or GROUP_SCORE */
    bool most;          /* $max_k: the largest come first */
    long k;
};

struct hit {
    size_t row; /* of the result */
    float score;
    long age; /* smaller: put earlier */
    long group;
    long place[GROUP_KEYS]; /* by each key: equal numbers for equal values, or GROUP_LACKS */
};

/* By score, then by age. */
void group_sort(struct hit *hits, size_t count);

/* Keeps the k of each group, sorted by score; returns how many are left. */
size_t group_keep(struct hit *hits, size_t count, const struct group_by *by);

#endif
