/*
 * highlight: where words stand in a text, by code points.
 */
#ifndef SEARCH_HIGHLIGHT_H
#define SEARCH_HIGHLIGHT_H

#include "base/emit.h"
#include "base/str.h"

/* Member "highlight": [{start, end}], of the places where one of `words` (one a line, the
   longest first; absent: none) stands by itself; they do not overlap. */
void highlight_emit(struct str text, struct str words, struct emit *emit);

#endif
