/*
 * search_words: the part of a search that words answer, before its own statement.
 *
 * One trip reads what the words of the query stand in, and what is near the query's vector,
 * which is judged by its words too.  The trip also tells how rare each word is, and so which of
 * them the query's vector should be about: see docs/decisions/0036-words-weighed-in-vectors.md.
 */
#include "search/search.h"
#include "search/search_embed.h"

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

/* The windows of kvasir.best_hybrid() widen until one is as wide as what is wanted. */
static long
widest_of(const struct search *search)
{
    long want = want_of(search), width = WINDOW;

    for (int i = 1; width < want && i < WIDTHS; i++)
        width *= 10;
    return width;
}

static struct call *
near_call(struct pipe *pipe, const struct search *search)
{
    struct array *widths = array_new(pipe, ARRAY_LONG);
    struct call *call = pipe_add(pipe, STMT_search_near);
    long widest = widest_of(search);

    for (long width = WINDOW; width <= widest; width *= 10)
        array_long(widths, width);
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

static struct lookup
lookup_for(const struct search *search, const struct query *plain)
{
    struct lookup lookup = {.database = search->database,
                            .collection = search->collection,
                            .query = search->asked == NULL ? plain : search->asked,
                            .like = search->like,
                            .where = search->where};

    if (search->like.at != NULL)
        lookup.query = NULL;
    if (is_near_wanted(search) && lookup.query != NULL) {
        lookup.words = search->reading.words;
        lookup.words_count = search->reading.count;
    }
    return lookup;
}

/* One trip: what the words stand in, and what is near. */
static bool
read_words(struct search *search, const struct query *plain, const struct lookup_trip *trip,
           struct lookup *lookup, struct err *err)
{
    struct pipe *pipe = pipe_new(trip->conn, trip->arena, trip->claims);
    struct call *near = NULL;

    *lookup = lookup_for(search, plain);
    lookup_call(lookup, pipe);
    if (is_near_wanted(search))
        near = near_call(pipe, search);
    if (!pipe_run(pipe, trip->deadline, err) || !lookup_read(lookup, trip->arena, err))
        return false;
    if (near != NULL)
        near_read(near, trip->arena, &search->hits);
    search_embed_learn(search, trip, lookup);
    return true;
}

/* How many of the best by words the statement may look at. */
static size_t
most_of(const struct search *search)
{
    long want = want_of(search);

    return (size_t)(is_near_wanted(search) ? greater(want, widest_of(search)) : want);
}

bool
search_words(struct search *search, const struct lookup_trip *trip, struct err *err)
{
    struct query plain = query_plain(search->query);
    struct lookup lookup;

    if (search->query.at == NULL && search->like.at == NULL)
        return true;
    if (!read_words(search, &plain, trip, &lookup, err))
        return false;
    if (search_embed_is_late(search, &lookup) &&
        (!search_embed_late(search, trip->arena, err) ||
         !read_words(search, &plain, trip, &lookup, err)))
        return false;
    if (lookup.words_count > 0 && lookup.bm25 != NULL)
        weigh_words(search, &lookup, trip->arena);
    return lookup_best(&lookup, most_of(search), trip, &search->hits, err);
}

bool
search_ready(struct search *search, struct ctx *ctx)
{
    struct lookup_trip trip = {ctx->conn, ctx->arena, &ctx->claims, ctx->deadline};

    return search_embed_for(search, ctx) && search_words(search, &trip, &ctx->err);
}
