/*
 * search_graph: the statement of a search through what records speak of.
 */
#include "search/search.h"

#include "search/grams.h"

struct call *
search_graph_call(struct pipe *pipe, const struct search *search)
{
    bool is_global = search->mode == SEARCH_GLOBAL;
    struct call *call = pipe_add(pipe, is_global ? STMT_search_global : STMT_search_graph);

    call_str(call, search->database);
    call_str(call, search->collection);
    call_str(call, search->query);
    call_vector(call, search->vector.data, search->dims);
    call_text(call, search->model);
    call_long(call, search->limit);
    call_long(call, search->offset);
    call_text(call, search->where);
    call_double(call, grams_weight(search));
    if (search->has_least)
        call_double(call, search->least);
    else
        call_null(call);
    grams_bind(call, pipe, search->vector.arena, search->query);
    if (!is_global)
        call_long(call, search->hops);
    lookup_bind(call, pipe, &search->hits);
    return call;
}
