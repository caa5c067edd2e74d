/*
 * search_emit: the answer to a search, as JSON and hit by hit.
 */
#include "search/search_emit.h"

#include "base/metric.h"
#include "search/highlight.h"

#include <string.h>

/* Columns of the statement. */
/* clang-format off */
enum {
    MODE, REASON, ID, TEXT, METADATA, URI,
    SCORE, WORD_SCORE, SIMILARITY, WORD_PART, MEANING_PART, RANKING, MATCHED,
    GRAPH = RANKING /* of a search through the graph, which has no ranking */
};
/* clang-format on */

/* The first row tells how the search was done, unless there was only one way. */
static size_t
first_hit(const struct search *search)
{
    return search->direct ? 0 : 1;
}

size_t
search_hits(const struct search *search, const struct call *call)
{
    return call_rows(call) == 0 ? 0 : call_rows(call) - first_hit(search);
}

struct str
search_hit_id(const struct search *search, const struct call *call, size_t index)
{
    return call_cell(call, index + first_hit(search), ID);
}

struct str
search_hit_text(const struct search *search, const struct call *call, size_t index)
{
    return call_cell(call, index + first_hit(search), TEXT);
}

struct str
search_hit_metadata(const struct search *search, const struct call *call, size_t index)
{
    return call_cell(call, index + first_hit(search), METADATA);
}

struct str
search_hit_graph(const struct search *search, const struct call *call, size_t index)
{
    return call_cell(call, index + first_hit(search), GRAPH);
}

double
search_hit_score(const struct search *search, const struct call *call, size_t index)
{
    return call_cell_double(call, index + first_hit(search), SCORE);
}

/* The statement's own reason is about the collection; ours, when there is one, is the cause. */
struct str
search_reason(const struct search *search, const struct call *call)
{
    struct str reason = search->direct ? str_of(NULL) : call_cell(call, 0, REASON);

    if (reason.at == NULL)
        return str_of(search->shortfall);
    return search->no_meaning != NULL ? str_of(search->no_meaning) : reason;
}

bool
search_by_vector(const struct search *search, const struct call *call)
{
    return search->direct || str_is(call_cell(call, 0, MODE), "vector");
}

struct str
search_failure(const struct call *call)
{
    bool failed = call_rows(call) > 0 && str_is(call_cell(call, 0, MODE), "failed");

    return failed ? call_cell(call, 0, REASON) : str_of(NULL);
}

bool
search_degraded(const struct search *search, const struct call *call)
{
    return search_reason(search, call).at != NULL;
}

/* Postgres writes the shortest number that reads back the same, which is JSON already but for
   NaN and Infinity. */
static void
emit_score(struct emit *emit, const char *name, struct str number)
{
    bool finite =
        number.at != NULL && strchr("0123456789", number.at[number.at[0] == '-']) != NULL;

    emit_raw(emit, name, finite ? number.at : NULL);
}

static void
emit_part(const struct call *call, size_t row, int column, struct emit *emit, const char *name)
{
    if (!call_is_null(call, row, column))
        emit_score(emit, name, call_cell(call, row, column));
}

/* The part of meaning: the query's own, and what the feedback of the best hits added to it. */
static void
emit_meaning(const struct search *search, const struct call *call, size_t row,
             struct emit *emit)
{
    double own = search_share(search) * call_cell_double(call, row, SIMILARITY);

    if (search->rerank.by_ranks) {
        emit_part(call, row, MEANING_PART, emit, "vector_part");
    } else if (!call_is_null(call, row, MEANING_PART)) {
        emit_double(emit, "vector_part", own);
        emit_double(emit, "feedback_part", call_cell_double(call, row, MEANING_PART) - own);
    }
}

static void
emit_parts(const struct search *search, const struct call *call, size_t row, struct emit *emit)
{
    emit_object(emit, "explain");
    emit_part(call, row, WORD_SCORE, emit, "bm25");
    emit_part(call, row, SIMILARITY, emit, "similarity");
    emit_part(call, row, WORD_PART, emit, "lexical_part");
    emit_meaning(search, call, row, emit);
    if (search->walked != NULL)
        emit_text(emit, "walked", search->walked);
    if (rerank_is_asked(&search->rerank))
        emit_raw(emit, "ranking", call_cell(call, row, RANKING).at);
    emit_object_end(emit);
}

static void
emit_hit(const struct search *search, const struct call *call, size_t row, struct emit *emit)
{
    emit_object(emit, NULL);
    emit_str(emit, "id", call_cell(call, row, ID));
    emit_str(emit, "text", call_cell(call, row, TEXT));
    emit_raw(emit, "metadata", call_cell(call, row, METADATA).at);
    emit_str(emit, "uri", call_cell(call, row, URI));
    emit_score(emit, "score", call_cell(call, row, SCORE));
    if (search_by_graph(search))
        emit_raw(emit, "graph", call_cell(call, row, GRAPH).at);
    if (search->explain)
        emit_parts(search, call, row, emit);
    if (search->rerank.highlight)
        highlight_emit(call_cell(call, row, TEXT), call_cell(call, row, MATCHED), emit);
    emit_object_end(emit);
}

void
search_emit_how(const struct search *search, const struct call *call, struct emit *emit)
{
    bool degraded = search_degraded(search, call);

    metric_add(METRIC_searches_total, 1);
    metric_add(METRIC_searches_degraded_total, degraded);
    emit_str(emit, "mode", search->direct ? STR("vector") : call_cell(call, 0, MODE));
    emit_bool(emit, "degraded", degraded);
    if (degraded)
        emit_str(emit, "reason", search_reason(search, call));
}

void
search_emit(const struct search *search, const struct call *call, struct emit *emit)
{
    search_emit_how(search, call, emit);
    emit_array(emit, "results");
    for (size_t row = first_hit(search); row < call_rows(call); row++)
        emit_hit(search, call, row, emit);
    emit_array_end(emit);
}
