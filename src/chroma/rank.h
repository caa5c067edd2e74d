/*
 * rank: the ranking expressions of /search: what they say, and the score that they give a
 * record.
 *
 *     {"$knn": {"query": [..] | {"indices", "values"} | "text", "key", "limit", "default",
 *               "return_rank"}}      {"$val": x}
 *     {"$sum": [..]} $mul $max $min   {"$sub": {"left", "right"}} $div   {"$abs": ..} $exp $log
 *
 * Every part names some records with a score each, and may have a default for all others.  $knn
 * names its nearest; $val names none and is a default for all.  Two parts put together name the
 * records of either when both have a default, of the one without when one has, and of both at
 * once when none has.  Numbers are float32 as IEEE 754 has it: x/0 is an infinity, log of a
 * negative number and 0/0 are not a number; of a number and none $max and $min take the number.
 */
#ifndef CHROMA_RANK_H
#define CHROMA_RANK_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/scan.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

#define RANK_NODES      256   /* of one expression */
#define RANK_KNNS       16    /* of these */
#define RANK_NEAREST    10000 /* that one $knn may ask for */
#define RANK_DIMENSIONS 16000 /* of a dense query */
#define RANK_TERMS      4096  /* of a sparse query */
#define RANK_EMBEDDING  "#embedding"

enum rank_op {
    RANK_VAL,
    RANK_KNN,
    RANK_SUM,
    RANK_MUL,
    RANK_MAX,
    RANK_MIN,
    RANK_SUB,
    RANK_DIV,
    RANK_ABS,
    RANK_EXP,
    RANK_LOG,
    RANK_OPS
};

struct rank_node {
    enum rank_op op;
    float value; /* of $val */
    size_t knn;  /* which one it is */
    struct rank_node *first, *next;
};

struct rank_knn {
    struct str key;
    struct str text;    /* the query when it is text, else absent */
    struct buf vector;  /* the query, or the values of a sparse one: big-endian float32 */
    size_t dims;        /* how many */
    struct buf indices; /* of a sparse query: uint32_t, ascending */
    bool sparse;
    long limit;
    bool has_default;
    float otherwise; /* the default */
    bool return_rank;
};

struct rank {
    struct rank_node *root; /* NULL: no expression */
    struct rank_knn *knns;
    size_t knn_count, node_count;
};

/* Where a record stands in one $knn: its distance, or its place counted from 0. */
struct rank_place {
    bool found;
    float value;
};

/* Reads null, {} or an expression.  What is none is ERR_INPUT and tells the place:
   "searches[0].rank.$sum[1].$val must be a number". */
bool rank_scan(struct scan *scan, struct arena *arena, struct rank *rank);

/* The score of a record that stands at places[i] of knns[i]; false: it is not named. */
bool rank_score(const struct rank *rank, const struct rank_place *places, float *score_out);

/* Ascending: before below 0, same 0; what is not a number comes last. */
int rank_compare(float a, float b);

#endif
