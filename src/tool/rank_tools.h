/*
 * rank_tools: the tools that fit some words best.
 *
 * BM25 as in words/bm25.h over the words of a tool's names, title and description, with k1
 * = 1.2 and b = 0.75; a word of a name counts as four and one of a title as two.  Words are
 * runs of letters and digits; two are the same when they are equal, or when the shorter has at
 * least four letters and begins the longer or differs from it in its last letters only
 * ("relation", "relate"). The table is small, so all of it is read for each query.
 */
#ifndef TOOL_RANK_TOOLS_H
#define TOOL_RANK_TOOLS_H

#include "base/arena.h"
#include "base/str.h"
#include "tool/tool.h"

#include <stddef.h>

struct rank_tools_hit {
    const struct tool *tool;
    double score;
    size_t place; /* in the table: equal scores keep its order */
};

/* All that have a word of the query, best first. */
struct rank_tools_hit *rank_tools(struct arena *arena, struct str query, size_t *count_out);

#endif
