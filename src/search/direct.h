/*
 * direct: the nearest records of an indexed collection by a statement of its own, planned once.
 *
 * Both wires answer their plain searches so.  A search of which nothing is known, or that comes
 * back short, goes the general way, which never does.
 */
#ifndef SEARCH_DIRECT_H
#define SEARCH_DIRECT_H

#include "db/pipe.h"
#include "search/hint.h"

#include <stdbool.h>
#include <stddef.h>

#define DIRECT_MANY 30 /* results and those passed over, at most */

struct direct {
    enum hint_statement kind; /* for few results; the one for many follows it */
    struct str collection;    /* as hint_of() was told */
    const void *floats_be;
    size_t dims;
    long limit, offset;
    double share; /* of the records that pass the filter; 1 without one */
};

/* Whether the hint fits. */
bool direct_may(const struct direct *direct, const struct hint *hint);

/* The statement with its first four parameters bound: collection, vector, limit, offset.  Where
   the collection or the filter asks for more effort, one that says so goes before it. */
struct call *direct_call(const struct direct *direct, struct hint *hint, struct pipe *pipe,
                         struct arena *arena);

#endif
