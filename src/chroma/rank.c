/*
 * rank: the score that an expression gives a record.
 *
 * One record at a time and without memory of its own: whether a part has a default does not
 * depend on the record.
 */
#include "chroma/rank.h"

#include <assert.h>
#include <float.h>
#include <math.h>

/* What a part of the expression says of one record. */
struct part {
    bool has_default, named;
    float otherwise, score;
};

static struct part part_of(const struct rank *rank, const struct rank_node *node,
                           const struct rank_place *places);

static float
combine(enum rank_op op, float a, float b)
{
    switch (op) {
    case RANK_SUM: return a + b;
    case RANK_MUL: return a * b;
    case RANK_MAX: return fmaxf(a, b);
    case RANK_MIN: return fminf(a, b);
    case RANK_SUB: return a - b;
    case RANK_DIV: return a / b;
    case RANK_ABS: return fabsf(a);
    case RANK_EXP: return expf(a);
    case RANK_LOG: return logf(a);
    case RANK_VAL:
    case RANK_KNN:
    case RANK_OPS: break;
    }
    assert(false && "an operator of values");
    return 0;
}

/* A fold begins with a default of its own, which is what an empty one says. */
static float
fold_begin(enum rank_op op)
{
    return op == RANK_SUM ? 0.0F : op == RANK_MUL ? 1.0F : op == RANK_MAX ? -FLT_MAX : FLT_MAX;
}

static float
value_of(struct part part)
{
    return part.named ? part.score : part.otherwise;
}

static struct part
merge(enum rank_op op, struct part a, struct part b)
{
    struct part both = {.has_default = a.has_default && b.has_default};

    /* Where a side has no default, only the records that it names are left. */
    both.named =
        (a.named || b.named) && (a.named || a.has_default) && (b.named || b.has_default);
    if (a.has_default && b.has_default)
        both.otherwise = combine(op, a.otherwise, b.otherwise);
    if (both.named)
        both.score = combine(op, value_of(a), value_of(b));
    return both;
}

static struct part
fold(const struct rank *rank, const struct rank_node *node, const struct rank_place *places)
{
    struct part all = {.has_default = true, .otherwise = fold_begin(node->op)};

    for (const struct rank_node *at = node->first; at != NULL; at = at->next)
        all = merge(node->op, all, part_of(rank, at, places));
    return all;
}

static struct part
map(enum rank_op op, struct part part)
{
    if (part.has_default)
        part.otherwise = combine(op, part.otherwise, 0);
    if (part.named)
        part.score = combine(op, part.score, 0);
    return part;
}

static struct part
/* NOLINTNEXTLINE(misc-no-recursion): as deep as base/scan lets JSON be */
part_of(const struct rank *rank, const struct rank_node *node, const struct rank_place *places)
{
    const struct rank_knn *knn = &rank->knns[node->knn];

    switch (node->op) {
    case RANK_VAL: return (struct part){.has_default = true, .otherwise = node->value};
    case RANK_KNN:
        return (struct part){.has_default = knn->has_default,
                             .otherwise = knn->otherwise,
                             .named = places[node->knn].found,
                             .score = places[node->knn].value};
    case RANK_SUM:
    case RANK_MUL:
    case RANK_MAX:
    case RANK_MIN: return fold(rank, node, places);
    case RANK_SUB:
    case RANK_DIV:
        return merge(node->op, part_of(rank, node->first, places),
                     part_of(rank, node->first->next, places));
    case RANK_ABS:
    case RANK_EXP:
    case RANK_LOG: return map(node->op, part_of(rank, node->first, places));
    case RANK_OPS: break;
    }
    assert(false && "an operator");
    return (struct part){0};
}

bool
rank_score(const struct rank *rank, const struct rank_place *places, float *score_out)
{
    struct part all = part_of(rank, rank->root, places);

    *score_out = all.score;
    return all.named;
}

int
rank_compare(float a, float b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) - isnan(b);
    return (a > b) - (a < b);
}
