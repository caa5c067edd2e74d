/*
 * plan: which records of a file are new, which stay and which go.
 */
#include "ingest/plan.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct by_hash {
    struct str hash;
    size_t index; /* into the old records */
    size_t taken; /* how many of that hash, counted at the first of them */
};

struct planner {
    struct arena *arena;
    const char *source;
    struct ingest_list old;
    struct by_hash *sorted;
    bool *stays;   /* old record i is still a passage */
    bool *numbers; /* number n is in use */
    size_t numbers_count;
    size_t free; /* no number below it is free */
};

static int
str_compare(struct str a, struct str b)
{
    int order = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);

    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int
hash_compare(const void *a, const void *b)
{
    const struct by_hash *one = a, *two = b;
    int order = str_compare(one->hash, two->hash);

    return order != 0 ? order : (one->index > two->index) - (one->index < two->index);
}

/* The number in "SOURCE#12", or -1. */
static long
number_of(const struct planner *planner, struct str id)
{
    size_t len = strlen(planner->source);
    long number;

    if (id.len <= len + 1 || memcmp(id.at, planner->source, len) != 0 || id.at[len] != '#')
        return -1;
    id = (struct str){id.at + len + 1, id.len - len - 1};
    if (id.len > 1 && id.at[0] == '0')
        return -1;
    return str_to_long(id, 0, LONG_MAX, &number) ? number : -1;
}

/* The next old record of that hash that no passage has taken, or NULL. */
static const struct by_hash *
old_take(struct planner *planner, struct str hash)
{
    size_t low = 0, high = planner->old.count, at;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (str_compare(planner->sorted[middle].hash, hash) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == planner->old.count)
        return NULL;
    at = low + planner->sorted[low].taken;
    if (at >= planner->old.count || !str_same(planner->sorted[at].hash, hash))
        return NULL;
    planner->sorted[low].taken++;
    return &planner->sorted[at];
}

static bool
number_take(struct planner *planner, size_t number)
{
    if (number >= planner->numbers_count || planner->numbers[number])
        return false;
    planner->numbers[number] = true;
    return true;
}

static struct str
id_new(struct planner *planner, size_t place)
{
    size_t number = place;

    if (!number_take(planner, number)) {
        while (!number_take(planner, planner->free))
            planner->free++;
        number = planner->free;
    }
    return str_of(str_format(planner->arena, "%s#%zu", planner->source, number));
}

static void
planner_start(struct planner *planner, size_t count)
{
    size_t old = planner->old.count;

    planner->sorted = arena_take(planner->arena, (old + 1) * sizeof *planner->sorted);
    planner->stays = arena_take(planner->arena, old + 1);
    planner->numbers_count = old + count + 1;
    planner->numbers = arena_take(planner->arena, planner->numbers_count);
    for (size_t i = 0; i < old; i++)
        planner->sorted[i] = (struct by_hash){.hash = planner->old.at[i].hash, .index = i};
    qsort(planner->sorted, old, sizeof *planner->sorted, hash_compare);
}

static void
keep_old(struct planner *planner, const struct str *hashes, size_t count, struct plan *plan)
{
    for (size_t i = 0; i < count; i++) {
        const struct by_hash *old = old_take(planner, hashes[i]);

        if (old == NULL)
            continue;
        plan->items[i].id = planner->old.at[old->index].id;
        planner->stays[old->index] = true;
        number_take(planner, (size_t)number_of(planner, plan->items[i].id));
    }
}

static void
drop_old(struct planner *planner, struct plan *plan)
{
    plan->drop = arena_take(planner->arena, (planner->old.count + 1) * sizeof *plan->drop);
    for (size_t i = 0; i < planner->old.count; i++) {
        long number = number_of(planner, planner->old.at[i].id);
        bool replaced =
            number >= 0 && (size_t)number < planner->numbers_count && planner->numbers[number];

        if (!planner->stays[i] && !replaced)
            plan->drop[plan->drop_count++] = planner->old.at[i].id;
    }
}

void
plan_make(struct arena *arena, const char *source, const struct str *hashes, size_t count,
          struct ingest_list old, struct plan *plan_out)
{
    struct planner planner = {.arena = arena, .source = source, .old = old};

    *plan_out =
        (struct plan){.items = arena_take(arena, (count + 1) * sizeof(struct plan_item))};
    planner_start(&planner, count);
    keep_old(&planner, hashes, count, plan_out);
    for (size_t i = 0; i < count; i++) {
        if (plan_out->items[i].id.at != NULL)
            continue;
        plan_out->items[i] = (struct plan_item){id_new(&planner, i), true};
        plan_out->fresh++;
    }
    drop_old(&planner, plan_out);
}
