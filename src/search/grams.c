/*
 * grams: what searches through the graph give their statements beside the query.
 */
#include "search/grams.h"

#include "graph/gram.h"

double
grams_weight(const struct search *search)
{
    return search->weight >= 0 ? search->weight : search_weight(search->model) / 2;
}

void
grams_bind(struct call *call, struct pipe *pipe, struct arena *arena, struct str query)
{
    struct gram_list grams = gram_of_question(arena, query);
    struct array *keys = array_new(pipe, ARRAY_TEXT), *firsts = array_new(pipe, ARRAY_TEXT),
                 *ends = array_new(pipe, ARRAY_TEXT);

    for (size_t i = 0; i < grams.count; i++) {
        array_str(keys, grams.at[i].key);
        array_str(firsts, str_of(str_format(arena, "%zu", grams.at[i].first)));
        array_str(ends, str_of(str_format(arena, "%zu", grams.at[i].end)));
    }
    call_array(call, keys);
    call_array(call, firsts);
    call_array(call, ends);
}
