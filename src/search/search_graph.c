/*
 * search_graph: the statement of a search through what records speak of.
 */
#include "search/search.h"

#include "graph/gram.h"

/* What a question names stands in the words: meaning counts half of what it counts elsewhere.
 */
static double
weight_of(const struct search *search)
{
    return search->weight >= 0 ? search->weight : search_weight(search->model) / 2;
}

static void
bind_grams(struct call *call, struct pipe *pipe, struct arena *arena, struct str query)
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

struct call *
search_graph_call(struct pipe *pipe, const struct search *search)
{
    struct call *call = pipe_add(pipe, STMT_search_graph);

    call_str(call, search->database);
    call_str(call, search->collection);
    call_str(call, search->query);
    call_vector(call, search->vector.data, search->dims);
    call_text(call, search->model);
    call_long(call, search->limit);
    call_long(call, search->offset);
    call_text(call, search->where);
    call_double(call, weight_of(search));
    if (search->has_least)
        call_double(call, search->least);
    else
        call_null(call);
    bind_grams(call, pipe, search->vector.arena, search->query);
    call_long(call, search->hops);
    lookup_bind(call, pipe, &search->hits);
    return call;
}
