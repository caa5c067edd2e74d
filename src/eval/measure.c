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

struct measure
measure_ranking(const struct judged_query *query, const struct str *ranking, size_t count)
{
    double dcg = 0, ideal = 0;
    size_t in10 = 0, in100 = 0;

    for (size_t rank = 0; rank < count && rank < 100; rank++) {
        if (!judged_is_relevant(query, ranking[rank]))
            continue;
        in100++;
        if (rank < 10) {
            in10++;
            dcg += gain(rank);
        }
    }
    for (size_t rank = 0; rank < query->relevant_count && rank < 10; rank++)
        ideal += gain(rank);
    return (struct measure){.ndcg10 = dcg / ideal,
                            .recall10 = (double)in10 / (double)query->relevant_count,
                            .recall100 = (double)in100 / (double)query->relevant_count};
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
