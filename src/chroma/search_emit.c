/*
 * search_emit: the answer to a request's searches: scores, the best, and their columns.
 */
#include "chroma/search.h"

#include "chroma/columns.h"

#include <limits.h>
#include <stdlib.h>

/* Columns of the statement beyond those that all have. */
enum { SEARCH = COLUMN_COUNT, KNN, SEQ, ALIKE, PLACES };

/* The rows of one search: those of its $knn, and then its records by age. */
struct part {
    const struct call *call;
    const struct chroma_search *search;
    size_t begin, records, end;
    struct hit *hits; /* the answer */
    size_t count;
};

/* The numbers of a bigint[]: {0,-1,3} */
static void
read_places(struct str text, struct hit *hit)
{
    const char *at = text.at;
    size_t count = 0;

    while (at != NULL && *at != '\0' && *at != '}' && count < GROUP_KEYS) {
        char *end;
        long place = strtol(at + 1, &end, 10);

        if (end == at + 1)
            return;
        hit->place[count++] = place;
        at = end;
    }
}

static struct hit
hit_of(const struct part *part, size_t row)
{
    struct hit hit = {.row = row, .age = call_cell_long(part->call, row, SEQ)};

    if (part->search->group.keys > 0) {
        hit.group = call_cell_long(part->call, row, ALIKE);
        read_places(call_cell(part->call, row, PLACES), &hit);
    }
    return hit;
}

static size_t
index_of(const struct hit *hits, size_t count, long age)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (hits[middle].age < age)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Where each record stands in each $knn: rows of knn_count places. */
static struct rank_place *
places_of(const struct part *part, const struct hit *hits, size_t count, struct arena *arena)
{
    const struct rank *rank = &part->search->rank;
    struct rank_place *places =
        arena_take(arena, (count * rank->knn_count + 1) * sizeof *places);
    long place = 0, before = -1;

    for (size_t row = part->begin; row < part->records; row++) {
        long knn = call_cell_long(part->call, row, KNN);
        size_t hit = index_of(hits, count, call_cell_long(part->call, row, SEQ));

        place = knn == before ? place + 1 : 0;
        before = knn;
        places[hit * rank->knn_count + (size_t)knn] = (struct rank_place){
            .found = true,
            .value = rank->knns[knn].return_rank
                         ? (float)place
                         : (float)call_cell_double(part->call, row, COLUMN_DISTANCE)};
    }
    return places;
}

/* Gives each record its score and drops those that the expression does not name. */
static size_t
score(const struct part *part, struct hit *hits, size_t count, struct arena *arena)
{
    const struct rank *rank = &part->search->rank;
    struct rank_place *places = places_of(part, hits, count, arena);
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (rank_score(rank, places + i * rank->knn_count, &hits[i].score))
            hits[kept++] = hits[i];
    }
    group_sort(hits, kept);
    return kept;
}

/* Without an expression the score is the record's place, of which the statement has left out
   the first `offset`, unless they are to be grouped. */
static void
number(struct hit *hits, size_t count, long first)
{
    for (size_t i = 0; i < count; i++)
        hits[i].score = (float)first + (float)i;
}

static void
cut(struct part *part, long offset, long limit)
{
    size_t skip = (unsigned long)offset < part->count ? (size_t)offset : part->count;

    part->hits += skip;
    part->count -= skip;
    if ((unsigned long)limit < part->count)
        part->count = (size_t)limit;
}

static void
choose(struct part *part, struct arena *arena)
{
    const struct chroma_search *search = part->search;
    bool grouped = search->group.keys > 0, ranked = search->rank.root != NULL;

    part->count = part->end - part->records;
    part->hits = arena_take(arena, (part->count + 1) * sizeof *part->hits);
    for (size_t i = 0; i < part->count; i++)
        part->hits[i] = hit_of(part, part->records + i);
    if (ranked)
        part->count = score(part, part->hits, part->count, arena);
    else
        number(part->hits, part->count, grouped ? 0 : search->offset);
    if (grouped)
        part->count = group_keep(part->hits, part->count, &search->group);
    if (grouped || ranked)
        cut(part, search->offset, search->limit);
}

static struct part *
parts_of(const struct chroma_searches *searches, const struct call *call, struct arena *arena)
{
    struct part *parts = arena_take(arena, (searches->count + 1) * sizeof *parts);
    size_t rows = call_rows(call), row = 0;

    for (size_t i = 0; i < searches->count; i++) {
        struct part *part = &parts[i];

        *part = (struct part){.call = call, .search = &searches->list[i], .begin = row};
        while (row < rows && call_cell_long(call, row, SEARCH) == (long)i &&
               !call_is_null(call, row, KNN))
            row++;
        part->records = row;
        while (row < rows && call_cell_long(call, row, SEARCH) == (long)i)
            row++;
        part->end = row;
        choose(part, arena);
    }
    return parts;
}

static bool
is_selected(const struct chroma_search *search, enum column column)
{
    switch (column) {
    case COLUMN_ID: return true;
    case COLUMN_DOCUMENT: return search->document;
    case COLUMN_EMBEDDING: return search->embedding;
    case COLUMN_METADATA: return search->metadata || search->fields;
    case COLUMN_DISTANCE: return search->score;
    case COLUMN_URI:
    case COLUMN_COUNT: break;
    }
    return false;
}

static void
emit_hit(struct emit *emit, const struct part *part, const struct hit *hit, enum column column)
{
    if (column == COLUMN_DISTANCE)
        emit_float(emit, NULL, hit->score);
    else
        columns_cell(emit, part->call, hit->row, column);
}

static void
emit_column(struct emit *emit, const char *name, const struct part *parts, size_t count,
            enum column column)
{
    emit_array(emit, name);
    for (size_t i = 0; i < count; i++) {
        if (!is_selected(parts[i].search, column)) {
            emit_null(emit, NULL);
            continue;
        }
        emit_array(emit, NULL);
        for (size_t j = 0; j < parts[i].count; j++)
            emit_hit(emit, &parts[i], &parts[i].hits[j], column);
        emit_array_end(emit);
    }
    emit_array_end(emit);
}

static void
emit_select(struct emit *emit, const struct chroma_searches *searches)
{
    emit_array(emit, "select");
    for (size_t i = 0; i < searches->count; i++) {
        emit_array(emit, NULL);
        for (size_t j = 0; j < searches->list[i].select_count; j++)
            emit_str(emit, NULL, searches->list[i].select[j]);
        emit_array_end(emit);
    }
    emit_array_end(emit);
}

void
chroma_search_emit(const struct chroma_searches *searches, const struct call *call,
                   struct arena *arena, struct emit *emit)
{
    struct part *parts = parts_of(searches, call, arena);

    emit_object(emit, NULL);
    emit_column(emit, "ids", parts, searches->count, COLUMN_ID);
    emit_column(emit, "documents", parts, searches->count, COLUMN_DOCUMENT);
    emit_column(emit, "embeddings", parts, searches->count, COLUMN_EMBEDDING);
    emit_column(emit, "metadatas", parts, searches->count, COLUMN_METADATA);
    emit_column(emit, "scores", parts, searches->count, COLUMN_DISTANCE);
    emit_select(emit, searches);
    emit_object_end(emit);
}
