/*
 * direct: the nearest records of an indexed collection by a statement of its own, planned once.
 */
#include "search/direct.h"

#include <string.h>

#define FEW 10 /* results that the smaller of the prepared statements gives */
/* How many the index proposes by half precision, for full precision to order anew.  Only near
   ties change their places, so a few more than asked for will do.  Beside a filter too: recall
   then follows from how far the scan looks, see effort(), and more proposals only cost pages.
 */
#define PROPOSED(results) ((results) + (results) / 4 + 2)

#define USUAL_EFFORT 100 /* hnsw.ef_search of the session */
#define MOST_EFFORT  1000

/* clang-format off */
static const struct {
    enum stmt_id stmt;
    const char *name;
    bool chroma; /* distances as Chroma's clients know them, instead of similarities */
    bool filtered;
} kinds[] = {
    [HINT_NEAREST]         = {STMT_nearest,                 "nearest",                 false, false},
    [HINT_CHROMA]          = {STMT_chroma_nearest,          "chroma_nearest",          true,  false},
    [HINT_CHROMA_FILTERED] = {STMT_chroma_nearest_filtered, "chroma_nearest_filtered", true,  true},
};

static const struct {
    const char *space, *operator, *similarity, *chroma;
} spaces[] = {
    {"cosine", "<=>", "1 - distance",       "coalesce(nullif(distance, 'NaN'), 1)"},
    {"l2",     "<->", "1 / (1 + distance)", "distance * distance"},
    {"ip",     "<#>", "-distance",          "1 + distance"},
};
/* clang-format on */
#define SPACES (sizeof spaces / sizeof spaces[0])

bool
direct_may(const struct direct *direct, const struct hint *hint)
{
    return hint->number != 0 && hint->dimension == (long)direct->dims && direct->limit > 0 &&
           direct->limit + direct->offset <= DIRECT_MANY;
}

static const struct stmt *
made(struct arena *arena, const struct hint *hint, enum hint_statement kind, bool many)
{
    int results = many ? DIRECT_MANY : FEW;
    size_t space = 0;

    while (space + 1 < SPACES && strcmp(spaces[space].space, hint->space) != 0)
        space++;
    const struct stmt_mark marks[] = {
        {"records", str_format(arena, "kvasir_data.record_%ld", hint->number)},
        {"number", str_format(arena, "%ld", hint->number)},
        {"dims", str_format(arena, "%ld", hint->dimension)},
        {"want", str_format(arena, "%d", PROPOSED(results))},
        {
            "operator",
            spaces[space].operator},
            {"similarity",
             kinds[kind].chroma ? spaces[space].chroma : spaces[space].similarity},
        };

    return stmt_make(arena, kinds[kind].stmt,
                     str_format(arena, "%s_%ld_%zu_%s", kinds[kind].name, hint->number,
                                hint->place, many ? "many" : "few"),
                     marks, sizeof marks / sizeof marks[0]);
}

/* A scan that looks at once about as far as it will have to is cheaper than one that goes on:
   half as far again as the filter's share tells, since in relaxed order going on a little costs
   less than looking too far.  Where the filter keeps away just what is near, it has to go
   farther than the share tells: half the usual effort more is for that (kvasir.search_by_index
   does the same). */
static long
effort(const struct direct *direct, const struct hint *hint)
{
    double far = (double)(direct->limit + direct->offset) * 1.5 / direct->share;
    double least = (double)hint->effort * (kinds[direct->kind].filtered ? 1.5 : 1);
    double most = far > least ? far : least;

    return most < MOST_EFFORT ? (long)most : MOST_EFFORT;
}

struct call *
direct_call(const struct direct *direct, struct hint *hint, struct pipe *pipe,
            struct arena *arena)
{
    bool many = direct->limit + direct->offset > FEW;
    long wanted = effort(direct, hint);
    struct call *call;

    if (wanted != USUAL_EFFORT)
        call_long(pipe_add(pipe, STMT_search_effort), wanted);
    call = pipe_add_made(pipe, made(arena, hint, direct->kind, many),
                         &hint->prepared[direct->kind][many]);
    call_str(call, direct->collection);
    call_vector(call, direct->floats_be, direct->dims);
    call_long(call, direct->limit);
    call_long(call, direct->offset);
    return call;
}
