/*
 * group: the best few of each group.
 */
#include "chroma/group.h"

#include "chroma/rank.h"

#include <math.h>
#include <stdlib.h>

static int
compare_longs(long a, long b)
{
    return (a > b) - (a < b);
}

static int
by_score(const void *a, const void *b)
{
    const struct hit *one = a, *other = b;
    int order = rank_compare(one->score, other->score);

    return order != 0 ? order : compare_longs(one->age, other->age);
}

static bool
lacks(const struct hit *hit, int key)
{
    return key == GROUP_SCORE ? isnan(hit->score) : hit->place[key] == GROUP_LACKS;
}

static int
compare_key(const struct hit *one, const struct hit *other, int key, bool most)
{
    int order;

    if (lacks(one, key) || lacks(other, key))
        return lacks(one, key) - lacks(other, key);
    order = key == GROUP_SCORE ? rank_compare(one->score, other->score)
                               : compare_longs(one->place[key], other->place[key]);
    return most ? -order : order;
}

static int
by_group(const void *a, const void *b, void *context)
{
    const struct hit *one = a, *other = b;
    const struct group_by *by = context;
    int order = compare_longs(one->group, other->group);

    for (size_t i = 0; order == 0 && i < by->keys; i++)
        order = compare_key(one, other, by->by[i], by->most);
    return order != 0 ? order : by_score(a, b);
}

void
group_sort(struct hit *hits, size_t count)
{
    if (count > 0)
        qsort(hits, count, sizeof *hits, by_score);
}

size_t
group_keep(struct hit *hits, size_t count, const struct group_by *by)
{
    struct group_by context = *by;
    size_t kept = 0;
    long of_group = 0;

    if (count == 0)
        return 0;
    qsort_r(hits, count, sizeof *hits, by_group, &context);
    for (size_t i = 0; i < count; i++) {
        bool same = i > 0 && hits[i].group == hits[kept - 1].group;

        of_group = same ? of_group + 1 : 1;
        if (of_group <= by->k)
            hits[kept++] = hits[i];
    }
    group_sort(hits, kept);
    return kept;
}
