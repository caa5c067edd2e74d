/*
 * measure: how well a ranking answers, on binary judgements.
 */
#include "eval/measure.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static double
gain(size_t rank)
{
    return 1.0 / log2((double)rank + 2.0);
}

const char *
measure_name(enum measure_kind kind)
{
    static const char *const names[MEASURES] = {
        [MEASURE_NDCG10] = "ndcg10",       [MEASURE_RECALL2] = "recall2",
        [MEASURE_RECALL5] = "recall5",     [MEASURE_RECALL10] = "recall10",
        [MEASURE_RECALL100] = "recall100", [MEASURE_MRR10] = "mrr10",
    };

    return names[kind];
}

/* What a hit at this rank (from 0) adds to each. */
static void
hit(struct measure *sums, size_t rank)
{
    sums->value[MEASURE_RECALL2] += rank < 2;
    sums->value[MEASURE_RECALL5] += rank < 5;
    sums->value[MEASURE_RECALL10] += rank < 10;
    sums->value[MEASURE_RECALL100] += rank < 100;
    if (rank < 10 && sums->value[MEASURE_MRR10] == 0)
        sums->value[MEASURE_MRR10] = 1 / ((double)rank + 1);
    if (rank < 10)
        sums->value[MEASURE_NDCG10] += gain(rank);
}

struct measure
measure_ranking(const struct judged_query *query, const struct str *ranking, size_t count)
{
    struct measure found = {{0}};
    double ideal = 0;

    for (size_t rank = 0; rank < count; rank++) {
        if (judged_is_relevant(query, ranking[rank]))
            hit(&found, rank);
    }
    for (size_t rank = 0; rank < query->relevant_count && rank < 10; rank++)
        ideal += gain(rank);
    found.value[MEASURE_NDCG10] /= ideal;
    for (int kind = MEASURE_RECALL2; kind <= MEASURE_RECALL100; kind++)
        found.value[kind] /= (double)query->relevant_count;
    return found;
}

/* Words as sorted, distinct hashes. */
struct bag {
    uint64_t *words;
    size_t count;
};

static int
hash_order(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return (left > right) - (left < right);
}

static struct bag
bag_of(struct arena *arena, struct str text)
{
    struct bag bag = {.words = arena_take(arena, (text.len / 2 + 2) * sizeof(uint64_t))};
    uint64_t hash = 0;
    size_t distinct = 0;

    for (size_t i = 0; i <= text.len; i++) {
        int byte = i < text.len ? tolower((unsigned char)text.at[i]) : ' ';

        if (isalnum(byte) || byte >= 0x80) {
            hash = (hash == 0 ? 14695981039346656037U : hash) ^ (uint64_t)byte;
            hash *= 1099511628211U; /* FNV-1a */
        } else if (hash != 0) {
            bag.words[bag.count++] = hash;
            hash = 0;
        }
    }
    qsort(bag.words, bag.count, sizeof *bag.words, hash_order);
    for (size_t i = 0; i < bag.count; i++) {
        if (i == 0 || bag.words[i] != bag.words[i - 1])
            bag.words[distinct++] = bag.words[i];
    }
    bag.count = distinct;
    return bag;
}

static double
jaccard(struct bag a, struct bag b)
{
    size_t i = 0, j = 0, shared = 0;

    while (i < a.count && j < b.count) {
        if (a.words[i] == b.words[j])
            shared++, i++, j++;
        else if (a.words[i] < b.words[j])
            i++;
        else
            j++;
    }
    return shared == 0 ? 0 : (double)shared / (double)(a.count + b.count - shared);
}

struct scored {
    double score;
    size_t doc;
};

static int
score_order(const void *a, const void *b)
{
    const struct scored *left = a, *right = b;

    if (left->score != right->score)
        return left->score < right->score ? 1 : -1;
    return (left->doc > right->doc) - (left->doc < right->doc);
}

size_t
measure_overlap(struct arena *arena, const struct judged *set, struct str question,
                struct str *ranking, size_t most)
{
    struct scored *scored = arena_take(arena, set->docs_count * sizeof *scored);
    struct bag asked = bag_of(arena, question);
    size_t count = 0;

    for (size_t i = 0; i < set->docs_count; i++) {
        double score = jaccard(asked, bag_of(arena, set->docs[i].text));

        if (score > 0)
            scored[count++] = (struct scored){score, i};
    }
    qsort(scored, count, sizeof *scored, score_order);
    if (count > most)
        count = most;
    for (size_t i = 0; i < count; i++)
        ranking[i] = set->docs[scored[i].doc].id;
    return count;
}
