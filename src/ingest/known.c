/*
 * known: what earlier runs left, found by its source.
 */
#include "ingest/known.h"

#include <stdlib.h>
#include <string.h>

static int
source_compare(struct str a, struct str b)
{
    int order = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);

    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int
row_compare(const void *a, const void *b)
{
    const struct ingest_known *one = *(const struct ingest_known *const *)a;
    const struct ingest_known *two = *(const struct ingest_known *const *)b;
    int order = source_compare(one->source, two->source);

    return order != 0 ? order : (one > two) - (one < two);
}

void
known_start(struct known *known, struct arena *arena, struct ingest_list rows)
{
    const struct ingest_known **order = arena_take(arena, (rows.count + 1) * sizeof(*order));
    size_t kept = 0;

    for (size_t i = 0; i < rows.count; i++)
        if (rows.at[i].id.at != NULL && rows.at[i].source.at != NULL &&
            rows.at[i].hash.at != NULL && rows.at[i].file_hash.at != NULL)
            order[kept++] = &rows.at[i];
    qsort(order, kept, sizeof(*order), row_compare);
    *known = (struct known){arena_take(arena, (kept + 1) * sizeof *known->at), kept};
    for (size_t i = 0; i < kept; i++)
        known->at[i] = *order[i];
}

struct ingest_list
known_run(const struct known *known, size_t at)
{
    size_t end = at;

    while (end < known->count && str_same(known->at[end].source, known->at[at].source))
        end++;
    return (struct ingest_list){known->at + at, end - at};
}

struct ingest_list
known_find(const struct known *known, struct str source)
{
    size_t low = 0, high = known->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (source_compare(known->at[middle].source, source) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == known->count || !str_same(known->at[low].source, source))
        return (struct ingest_list){0};
    return known_run(known, low);
}
