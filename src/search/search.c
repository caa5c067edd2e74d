/*
 * search: one search from its JSON to its statement and back.
 */
#include "search/search.h"

#include "base/metric.h"
#include "store/collection.h"
#include "store/filter.h"

#include <string.h>

/* Columns of the statement. */
/* clang-format off */
enum {
    MODE, REASON, ID, TEXT, METADATA, URI,
    SCORE, WORD_SCORE, SIMILARITY, WORD_PART, MEANING_PART
};
/* clang-format on */

void
search_start(struct search *search, struct arena *arena)
{
    *search = (struct search){
        .database = STR(COLLECTION_DATABASE), .mode = SEARCH_HYBRID, .limit = 10, .weight = -1};
    buf_start(&search->vector, arena, 64);
}

static const char *
mode_name(enum search_mode mode)
{
    switch (mode) {
    case SEARCH_HYBRID: return "hybrid";
    case SEARCH_VECTOR: return "vector";
    case SEARCH_LEXICAL: return "lexical";
    }
    return NULL;
}

static bool
scan_mode(struct scan *scan, enum search_mode *mode)
{
    struct str name;

    if (!scan_string(scan, &name))
        return false;
    for (*mode = SEARCH_HYBRID; *mode <= SEARCH_LEXICAL; (*mode)++) {
        if (str_is(name, mode_name(*mode)))
            return true;
    }
    return scan_refuse(scan, ERR_SHAPE, "must be hybrid, vector or lexical");
}

static bool
scan_least(struct scan *scan, struct search *search)
{
    search->has_least = !scan_null(scan);
    return !search->has_least || scan_double(scan, &search->least);
}

static bool
scan_weight(struct scan *scan, double *weight)
{
    return scan_double(scan, weight)
        && ((*weight >= 0 && *weight <= 1) || scan_refuse(scan, ERR_SHAPE, "must be from 0 to 1"));
}

static bool
search_member(struct scan *scan, struct str name, struct search *search)
{
    if (str_is(name, "collection"))
        return scan_string(scan, &search->collection);
    if (str_is(name, "database"))
        return scan_string(scan, &search->database);
    if (str_is(name, "query"))
        return scan_null(scan) || scan_string(scan, &search->query);
    if (str_is(name, "vector"))
        return scan_null(scan) || scan_floats(scan, &search->vector, &search->dims);
    if (str_is(name, "mode"))
        return scan_mode(scan, &search->mode);
    if (str_is(name, "k"))
        return scan_long(scan, 1, SEARCH_LIMIT, &search->limit);
    if (str_is(name, "offset"))
        return scan_long(scan, 0, 10L * SEARCH_LIMIT, &search->offset);
    if (str_is(name, "where"))
        return filter_scan(scan, &search->where);
    if (str_is(name, "min_score"))
        return scan_least(scan, search);
    if (str_is(name, "weight"))
        return scan_weight(scan, &search->weight);
    if (str_is(name, "explain"))
        return scan_bool(scan, &search->explain);
    return scan_refuse(scan, ERR_SHAPE, "is not a member of a search");
}

/* What the members say together. */
static bool
search_check(const struct search *search, struct err *err)
{
    if (search->collection.at == NULL)
        return err_set(err, ERR_SHAPE, "collection is missing: say where to search");
    if (search->query.at == NULL && search->dims == 0)
        return err_set(err, ERR_SHAPE, "give a query, a vector, or both");
    if (search->mode == SEARCH_LEXICAL && search->query.at == NULL)
        return err_set(err, ERR_SHAPE, "a lexical search needs a query");
    return true;
}

bool
search_scan(struct scan *scan, struct search *search)
{
    struct str name;

    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        if (!search_member(scan, name, search))
            return false;
    }
    return scan_end(scan) && search_check(search, scan->err);
}

bool
search_embed(struct search *search, const struct service *service, struct arena *arena,
             struct err *err)
{
    const struct embed *embed = service->embed;
    float *vector;

    if (search->mode == SEARCH_LEXICAL || search->dims > 0)
        return true;
    if (embed == NULL) {
        search->no_meaning = service->embed_missing[0] != '\0'
                               ? service->embed_missing
                               : "this server runs without an embedding model";
        return search->mode != SEARCH_VECTOR
            || err_set(err, ERR_BUSY, "search by meaning is not possible: %.180s",
                       search->no_meaning);
    }
    search->dims = embed_dims(embed);
    search->model = embed_model(embed);
    vector = arena_take(arena, search->dims * sizeof *vector);
    if (!embed_texts(embed, arena, &search->query, 1, vector, err))
        return false;
    embed_to_be(vector, search->dims);
    buf_add(&search->vector, vector, search->dims * sizeof *vector);
    return true;
}

double
search_weight(const char *model)
{
    /* Measured by `kvasir eval`; docs/search.md tells how to fit one's own. */
    static const struct {
        const char *model;
        double weight;
    } earned[] = {
        {"all-MiniLM-L6-v2", 0.7},
    };

    for (size_t i = 0; model != NULL && i < sizeof earned / sizeof earned[0]; i++) {
        if (strcmp(earned[i].model, model) == 0)
            return earned[i].weight;
    }
    return 0.5;
}

struct call *
search_call(struct pipe *pipe, const struct search *search)
{
    struct call *call = pipe_add(pipe, STMT_search);

    call_str(call, search->database);
    call_str(call, search->collection);
    call_text(call, mode_name(search->mode));
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
    call_double(call, search->weight >= 0 ? search->weight : search_weight(search->model));
    return call;
}

size_t
search_hits(const struct call *call)
{
    return call_rows(call) - 1;
}

struct str
search_hit_id(const struct call *call, size_t index)
{
    return call_cell(call, index + 1, ID);
}

struct str
search_hit_text(const struct call *call, size_t index)
{
    return call_cell(call, index + 1, TEXT);
}

double
search_hit_score(const struct call *call, size_t index)
{
    return call_cell_double(call, index + 1, SCORE);
}

/* The statement's own reason is about the collection; ours, when there is one, is the cause. */
static struct str
reason_of(const struct search *search, const struct call *call)
{
    struct str reason = call_cell(call, 0, REASON);

    return reason.at != NULL && search->no_meaning != NULL ? str_of(search->no_meaning) : reason;
}

bool
search_degraded(const struct search *search, const struct call *call)
{
    return reason_of(search, call).at != NULL;
}

static void
emit_part(const struct call *call, size_t row, int column, struct emit *emit, const char *name)
{
    if (!call_is_null(call, row, column))
        emit_double(emit, name, call_cell_double(call, row, column));
}

static void
emit_parts(const struct call *call, size_t row, struct emit *emit)
{
    emit_object(emit, "explain");
    emit_part(call, row, WORD_SCORE, emit, "bm25");
    emit_part(call, row, SIMILARITY, emit, "similarity");
    emit_part(call, row, WORD_PART, emit, "lexical_part");
    emit_part(call, row, MEANING_PART, emit, "vector_part");
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
    emit_double(emit, "score", call_cell_double(call, row, SCORE));
    if (search->explain)
        emit_parts(call, row, emit);
    emit_object_end(emit);
}

void
search_emit(const struct search *search, const struct call *call, struct emit *emit)
{
    bool degraded = search_degraded(search, call);

    metric_add(METRIC_searches_total, 1);
    metric_add(METRIC_searches_degraded_total, degraded);
    emit_str(emit, "mode", call_cell(call, 0, MODE));
    emit_bool(emit, "degraded", degraded);
    if (degraded)
        emit_str(emit, "reason", reason_of(search, call));
    emit_array(emit, "results");
    for (size_t row = 1; row < call_rows(call); row++)
        emit_hit(search, call, row, emit);
    emit_array_end(emit);
}
