/*
 * search_scan: what a search says, from its JSON.
 */
#include "search/search.h"
#include "store/collection.h"
#include "store/filter.h"

void
search_start(struct search *search, struct arena *arena)
{
    *search = (struct search){.database = STR(COLLECTION_DATABASE),
                              .mode = SEARCH_HYBRID,
                              .limit = 10,
                              .weight = -1,
                              .hops = 1};
    buf_start(&search->vector, arena, 64);
}

const char *
search_mode_name(enum search_mode mode)
{
    switch (mode) {
    case SEARCH_HYBRID: return "hybrid";
    case SEARCH_VECTOR: return "vector";
    case SEARCH_LEXICAL: return "lexical";
    case SEARCH_GRAPH: return "graph";
    case SEARCH_EXPLORE: return "explore";
    case SEARCH_GLOBAL: return "global";
    }
    return NULL;
}

bool
search_by_graph(const struct search *search)
{
    return search->mode >= SEARCH_GRAPH;
}

static bool
scan_mode(struct scan *scan, enum search_mode *mode)
{
    struct str name;

    if (!scan_string(scan, &name))
        return false;
    for (*mode = SEARCH_HYBRID; *mode <= SEARCH_GLOBAL; (*mode)++) {
        if (str_is(name, search_mode_name(*mode)))
            return true;
    }
    return scan_refuse(scan, ERR_SHAPE,
                       "must be hybrid, vector, lexical, graph, explore or global");
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
    return scan_double(scan, weight) && ((*weight >= 0 && *weight <= 1) ||
                                         scan_refuse(scan, ERR_SHAPE, "must be from 0 to 1"));
}

/* Members that say what is to be found. */
static bool
asked_member(struct scan *scan, struct str name, struct search *search, bool *known)
{
    if (str_is(name, "query"))
        return scan_null(scan) || scan_string(scan, &search->query);
    if (str_is(name, "operators"))
        return scan_bool(scan, &search->operators);
    if (str_is(name, "vector"))
        return scan_null(scan) || scan_floats(scan, &search->vector, &search->dims);
    if (str_is(name, "mode"))
        return scan_mode(scan, &search->mode);
    if (str_is(name, "where"))
        return filter_scan(scan, &search->where);
    *known = false;
    return true;
}

bool
search_scan_member(struct scan *scan, struct str name, struct search *search)
{
    bool known = true;

    if (!asked_member(scan, name, search, &known) || known)
        return scan->err->kind == ERR_NONE;
    if (str_is(name, "collection"))
        return scan_string(scan, &search->collection);
    if (str_is(name, "database"))
        return scan_string(scan, &search->database);
    if (str_is(name, "k"))
        return scan_long(scan, 1, SEARCH_LIMIT, &search->limit);
    if (str_is(name, "offset"))
        return scan_long(scan, 0, 10L * SEARCH_LIMIT, &search->offset);
    if (str_is(name, "min_score"))
        return scan_least(scan, search);
    if (str_is(name, "weight"))
        return scan_weight(scan, &search->weight);
    if (str_is(name, "hops"))
        return scan_long(scan, 1, SEARCH_HOPS, &search->hops);
    if (str_is(name, "explain"))
        return scan_bool(scan, &search->explain);
    if (rerank_has(name))
        return rerank_member(scan, name, &search->rerank);
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
    if (search->rerank.highlight && search->query.at == NULL)
        return err_set(err, ERR_SHAPE, "highlight needs a query");
    if (search_by_graph(search) && search->query.at == NULL)
        return err_set(err, ERR_SHAPE, "a search through the graph needs a query");
    if (search_by_graph(search) && rerank_is_asked(&search->rerank))
        return err_set(err, ERR_SHAPE,
                       "a search through the graph ranks by its paths alone: "
                       "leave fusion, diversity, recency, importance and "
                       "highlight away");
    return rerank_check(&search->rerank, search->mode == SEARCH_HYBRID,
                        search->offset + search->limit, err);
}

bool
search_operators(struct search *search, struct arena *arena, struct err *err)
{
    struct query *asked;

    if (!search->operators || search->query.at == NULL)
        return true;
    asked = arena_take(arena, sizeof *asked);
    *asked = query_read(arena, search->query);
    search->asked = asked;
    search->query = asked->plain;
    return asked->plain.len > 0 ||
           err_set(err, ERR_SHAPE, "the query names nothing that is to be found");
}

bool
search_scan_end(struct scan *scan, struct search *search)
{
    if (!scan_end(scan) || !search_check(search, scan->err) ||
        !search_operators(search, scan->arena, scan->err))
        return false;
    rerank_write(&search->rerank, scan->arena);
    return true;
}

bool
search_scan(struct scan *scan, struct search *search)
{
    struct str name;

    if (!scan_object(scan))
        return false;
    while (scan_member(scan, &name)) {
        if (!search_scan_member(scan, name, search))
            return false;
    }
    return search_scan_end(scan, search);
}
