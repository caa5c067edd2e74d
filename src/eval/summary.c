/*
 * summary: what the answers to many questions say together.
 */
#include "eval/summary.h"

#include <stdlib.h>
#include <string.h>

static int
number_order(const void *a, const void *b)
{
    const double *left = a, *right = b;

    return (*left > *right) - (*left < *right);
}

static int
text_order(const void *a, const void *b)
{
    const struct str *left = a, *right = b;
    int order = memcmp(left->at, right->at, left->len < right->len ? left->len : right->len);

    return order != 0 ? order : (left->len > right->len) - (left->len < right->len);
}

/* The least that this percentage of the sorted numbers does not exceed. */
static double
percentile(const double *sorted, size_t count, size_t percent)
{
    return count == 0 ? 0 : sorted[(count * percent + 99) / 100 - 1];
}

struct summary
summary_of(struct arena *arena, const struct judged *set, const struct trial_answer *answers,
           struct str type)
{
    struct measure *measures = arena_take(arena, (set->queries_count + 1) * sizeof *measures);
    double *times = arena_take(arena, (set->queries_count + 1) * sizeof *times);
    struct summary summary = {0};

    for (size_t i = 0; i < set->queries_count; i++) {
        if (type.at != NULL && !str_same(set->queries[i].type, type))
            continue;
        measures[summary.questions] = answers[i].measure;
        times[summary.questions++] = answers[i].ms;
    }
    for (int kind = 0; kind < MEASURES; kind++)
        summary.measure[kind] =
            bootstrap_mean(&measures[0].value[kind], summary.questions, MEASURES);
    qsort(times, summary.questions, sizeof *times, number_order);
    summary.p50 = percentile(times, summary.questions, 50);
    summary.p95 = percentile(times, summary.questions, 95);
    return summary;
}

size_t
summary_types(struct arena *arena, const struct judged *set, struct str **types_out)
{
    struct str *types = arena_take(arena, (set->queries_count + 1) * sizeof *types);
    size_t count = 0, distinct = 0;

    for (size_t i = 0; i < set->queries_count; i++) {
        if (set->queries[i].type.at != NULL)
            types[count++] = set->queries[i].type;
    }
    qsort(types, count, sizeof *types, text_order);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || !str_same(types[i], types[i - 1]))
            types[distinct++] = types[i];
    }
    *types_out = types;
    return distinct;
}
