/*
 * way: the ways of searching that can be judged, one row each.
 */
#ifndef EVAL_WAY_H
#define EVAL_WAY_H

#include "search/search.h"

struct way {
    const char *name;
    enum search_mode mode;
    bool by_meaning; /* needs a model */
    bool is_overlap; /* ranks by shared words, without Postgres; its mode says nothing */
};

const struct way *way_row(size_t index);     /* in the order of a report; NULL past the last */
const struct way *way_find(struct str name); /* NULL: there is none of this name */

#endif
