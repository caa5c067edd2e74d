/*
 * way: the ways of searching that can be judged, one row each.
 */
#include "eval/way.h"

/* clang-format off */
static const struct way ways[] = {
    {.name = "overlap", .is_overlap = true},
    {.name = "lexical", .mode = SEARCH_LEXICAL},
    {.name = "vector",  .mode = SEARCH_VECTOR, .by_meaning = true},
    {.name = "hybrid",  .mode = SEARCH_HYBRID, .by_meaning = true},
    {.name = "graph",   .mode = SEARCH_GRAPH},
    {.name = "explore", .mode = SEARCH_EXPLORE},
};
/* clang-format on */
#define WAYS (sizeof ways / sizeof ways[0])

const struct way *
way_row(size_t index)
{
    return index < WAYS ? &ways[index] : NULL;
}

const struct way *
way_find(struct str name)
{
    for (size_t i = 0; i < WAYS; i++) {
        if (str_is(name, ways[i].name))
            return &ways[i];
    }
    return NULL;
}
