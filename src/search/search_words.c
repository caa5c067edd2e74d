/*
 * search_words: the part of a search that words answer, before its own statement.
 *
 * One trip reads what the words of the query stand in, and what is near the query's vector,
 * which is judged by its words too.  The trip also tells how rare each word is, and so which of
 * them the query's vector should be about: see docs/decisions/0036-words-weighed-in-vectors.md.
 */
#include "search/search.h"

#define WINDOW       100 /* of each way in a hybrid search; then ten times as many, and so on */
#define GRAPH_LEAST  60  /* kvasir.search_graph() */
#define WIDTHS       8
#define USUAL_RARITY 3 /* of words that no record has or a language leaves out, as "the" */

static long
greater(long a, long b)
{
    return a > b ? a : b;
}

/* How many hits the statement will look at: it knows best, this says the same. */
static long
want_of(const struct search *search)
{
    long asked = search->limit + search->offset;

    if (rerank_is_asked(&search->rerank))
        return RERANK_DEPTH;
    if (search_by_graph(search))
        return greater(GRAPH_LEAST, asked);
    return greater(search->least_hits, asked);
}

static bool
is_near_wanted(const struct search *search)
{
    return search->dims > 0 && search->query.at != NULL &&
           (search->mode == SEARCH_HYBRID || search_by_graph(search));
}

/* Each window of kvasir.best_hybrid(), until it is as wide as what is wanted. */
static struct call *
near_call(struct pipe *pipe, const struct search *search, long *widest_out)
{
    struct array *widths = array_new(pipe, ARRAY_LONG);
    struct call *call = pipe_add(pipe, STMT_search_near);
    long want = want_of(search), width = WINDOW;

    array_long(widths, width);
    for (int i = 1; width < want && i < WIDTHS; i++)
        array_long(widths, width *= 10);
    *widest_out = width;
    call_str(call, search->database);
    call_str(call, search->collection);
    call_str(call, search->query);
    call_vector(call, search->vector.data, search->dims);
    call_text(call, search->model);
    call_array(call, widths);
    call_text(call, search->where);
    return call;
}

static void
near_read(const struct call *call, struct arena *arena, struct word_hits *hits)
{
    hits->near_count = call_rows(call);
    hits->near = arena_take(arena, (hits->near_count + 1) * sizeof *hits->near);
    for (size_t i = 0; i < hits->near_count; i++)
        hits->near[i] = (struct word_near){.width = call_cell_long(call, i, 0),
                                           .seq = call_cell_long(call, i, 1),
                                           .alike = call_cell_double(call, i, 2)};
}

/* The query's vector again, each word weighed by how rare it is among the records. */
static void
weigh_words(struct search *search, const struct lookup *lookup, struct arena *arena)
{
    float *vector = arena_take(arena, search->dims * sizeof *vector);

    for (size_t i = 0; i < lookup->words_count; i++) {
        if (lookup->rarity[i] < 0)
            lookup->rarity[i] = USUAL_RARITY;
    }
    if (!embed_weigh(&search->reading, lookup->rarity, vector))
        return;
    embed_to_be(vector, search->dims);
    search->hits.weighed = vector;
    search->hits.dims = search->dims;
}

bool
search_words(struct search *search, const struct lookup_trip *trip, struct err *err)
{
    struct query plain = query_plain(search->query);
    struct lookup lookup = {.database = search->database,
                            .collection = search->collection,
                            .query = search->asked == NULL ? &plain : search->asked,
                            .like = search->like,
                            .where = search->where};
    struct pipe *pipe = pipe_new(trip->conn, trip->arena, trip->claims);
    struct call *near = NULL;
    long want = want_of(search);

    if (search->query.at == NULL && search->like.at == NULL)
        return true;
    if (search->like.at != NULL)
        lookup.query = NULL;
    if (is_near_wanted(search) && lookup.query != NULL) {
        lookup.words = search->reading.words;
        lookup.words_count = search->reading.count;
    }
    lookup_call(&lookup, pipe);
    if (is_near_wanted(search))
        near = near_call(pipe, search, &want);
    if (!pipe_run(pipe, trip->deadline, err) || !lookup_read(&lookup, trip->arena, err))
        return false;
    if (near != NULL)
        near_read(near, trip->arena, &search->hits);
    if (lookup.words_count > 0 && lookup.bm25 != NULL)
        weigh_words(search, &lookup, trip->arena);
    return lookup_best(&lookup, (size_t)greater(want, want_of(search)), trip, &search->hits,
                       err);
}

bool
search_ready(struct search *search, struct ctx *ctx)
{
    struct lookup_trip trip = {ctx->conn, ctx->arena, &ctx->claims, ctx->deadline};

    return search_embed_for(search, ctx) && search_words(search, &trip, &ctx->err);
}
