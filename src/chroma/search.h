/*
 * search: POST .../search: several searches of one collection, each with filter, rank,
 * group_by, limit and select.
 *
 * One statement finds the nearest records of every $knn and what is selected of them; the
 * scores are computed here, over those few.  Smaller scores are better.
 */
#ifndef CHROMA_SEARCH_H
#define CHROMA_SEARCH_H

#include "base/scan.h"
#include "chroma/group.h"
#include "chroma/rank.h"
#include "chroma/where.h"
#include "db/pipe.h"
#include "web/ctx.h"

#include <stdbool.h>
#include <stddef.h>

#define CHROMA_SEARCH_MOST 64  /* searches of one request, and $knn of all together */
#define CHROMA_SEARCH_KEYS 256 /* that one may select */

struct chroma_search {
    struct chroma_filter filter;
    struct rank rank;
    struct group_by group;
    struct str group_keys[GROUP_KEYS]; /* of the metadata: records alike by all are a group */
    size_t group_key_count;
    struct str by_keys[GROUP_KEYS]; /* of the metadata: what group.by[] counts from 0 */
    size_t by_key_count;
    long limit; /* LONG_MAX: no limit */
    long offset;
    struct str *select; /* the keys as asked for, each once, sorted */
    size_t select_count;
    bool document, embedding, metadata, score; /* which of the '#' keys are selected */
    bool fields;                               /* and whether any other is */
};

struct chroma_searches {
    struct chroma_search *list;
    size_t count;
};

bool chroma_search(struct ctx *ctx);

/* {"searches": [..], "read_level"} */
bool chroma_search_scan(struct scan *scan, struct arena *arena,
                        struct chroma_searches *searches);

/* The answer from the rows of the statement. */
void chroma_search_emit(const struct chroma_searches *searches, const struct call *call,
                        struct arena *arena, struct emit *emit);

#endif
