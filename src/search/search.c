/*
 * search: one search from what it says to its statement.
 */
#include "search/search.h"
#include "search/search_emit.h"

#include "search/direct.h"
#include "search/explore.h"
#include "search/hint.h"

#include <string.h>

double
search_weight(const char *model)
{
    /* Measured by `kvasir eval`; docs/search.md tells how to fit one's own. */
    static const struct {
        const char *model;
        double weight;
    } earned[] = {
        {"all-MiniLM-L6-v2", 0.8},
    };

    for (size_t i = 0; model != NULL && i < sizeof earned / sizeof earned[0]; i++) {
        if (strcmp(earned[i].model, model) == 0)
            return earned[i].weight;
    }
    return 0.5;
}

double
search_share(const struct search *search)
{
    if (search->weight >= 0)
        return search->weight;
    return search->rerank.by_ranks ? 0.5 : search_weight(search->model);
}

struct call *
search_call(struct pipe *pipe, const struct search *search)
{
    bool ranked = rerank_is_asked(&search->rerank);
    struct call *call;

    if (search_by_graph(search))
        return search_graph_call(pipe, search);
    call = pipe_add(pipe, ranked                    ? STMT_search_ranked
                          : search->absent_is_empty ? STMT_search_if_there
                                                    : STMT_search);
    call_str(call, search->database);
    call_str(call, search->collection);
    call_text(call, search_mode_name(search->mode));
    call_str(call, search->query);
    call_vector(call, search->vector.data, search->dims);
    call_text(call, search->model);
    call_long(call, search->limit);
    call_long(call, search->offset);
    call_text(call, search->where);
    if (search->has_least)
        call_double(call, search->least);
    else
        call_null(call);
    call_double(call, search_share(search));
    lookup_bind(call, pipe, &search->hits);
    if (ranked)
        call_text(call, search->rerank.json);
    return call;
}

struct call *
search_like_call(struct pipe *pipe, const struct search *search)
{
    struct call *call = pipe_add(pipe, STMT_search_like);

    call_str(call, search->database);
    call_str(call, search->collection);
    call_str(call, search->like);
    call_long(call, search->limit);
    lookup_bind(call, pipe, &search->hits);
    return call;
}

/* What search_run() may do by a plan of its own: the plain nearest of an indexed collection. */
static struct hint *
hint_for(const struct search *search, struct conn *conn, const struct claims *claims)
{
    if (search->dims == 0 || search->where != NULL || search->has_least ||
        rerank_is_asked(&search->rerank) || search->model != NULL ||
        search->limit + search->offset > DIRECT_MANY)
        return NULL;
    if (search->mode != SEARCH_VECTOR && search->query.at != NULL)
        return NULL;
    return hint_of(conn, claims, search->database, search->collection);
}

/* The short way; false with no error when it does not answer, and then the long way does. */
static bool
run_direct(struct search *search, struct hint *hint, struct pipe *pipe, struct arena *arena,
           int64_t deadline, struct call **call_out)
{
    struct direct direct = {.kind = HINT_NEAREST,
                            .collection = search->collection,
                            .floats_be = search->vector.data,
                            .dims = search->dims,
                            .limit = search->limit,
                            .offset = search->offset,
                            .share = 1};
    struct err err = {.kind = ERR_NONE};

    if (!direct_may(&direct, hint))
        return false;
    *call_out = direct_call(&direct, hint, pipe, arena);
    search->direct =
        pipe_run(pipe, deadline, &err) && call_rows(*call_out) == (size_t)search->limit;
    return search->direct;
}

/* The long way, in a pipe of its own; it may tell what makes the next one short. */
static bool
run_whole(struct search *search, struct hint *hint, const struct lookup_trip *trip,
          struct call **call_out, struct err *err)
{
    struct pipe *pipe = pipe_new(trip->conn, trip->arena, trip->claims);
    struct call *asked = NULL;

    if (hint != NULL) {
        hint_forget(hint);
        asked = hint_ask(pipe, search->database, search->collection);
    }
    *call_out = search_call(pipe, search);
    if (!pipe_run(pipe, trip->deadline, err))
        return false;
    if (asked != NULL)
        hint_learn(hint, asked);
    return true;
}

/* A search by vector that the collection cannot answer is done by words: it is asked twice, and
   only then. */
static bool
run_by_vector(struct search *search, struct hint *hint, const struct lookup_trip *trip,
              struct call **call_out, struct err *err)
{
    if (!run_whole(search, hint, trip, call_out, err))
        return false;
    if (search->query.at == NULL || search_by_vector(search, *call_out))
        return true;
    return search_words(search, trip, err) && run_whole(search, NULL, trip, call_out, err);
}

bool
/* NOLINTNEXTLINE(readability-function-size): who asks, until when, and what comes back */
search_run(struct search *search, struct conn *conn, struct arena *arena,
           const struct claims *claims, int64_t deadline, struct call **call_out,
           struct err *err)
{
    struct lookup_trip trip = {conn, arena, claims, deadline};
    struct hint *hint;

    if (!conn_need(conn, deadline, err))
        return false;
    if (search->mode == SEARCH_EXPLORE)
        return search_words(search, &trip, err) &&
               explore_run(search, conn, claims, deadline, call_out, err);
    hint = hint_for(search, conn, claims);
    if (hint != NULL &&
        run_direct(search, hint, pipe_new(conn, arena, claims), arena, deadline, call_out))
        return true;
    if (search->mode == SEARCH_VECTOR)
        return run_by_vector(search, hint, &trip, call_out, err);
    return search_words(search, &trip, err) && run_whole(search, hint, &trip, call_out, err);
}
