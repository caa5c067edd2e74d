/*
 * quote: where a quotation stands in a text, whatever blanks it was copied with.
 *
 * Runs of blanks are one blank on both sides and nothing else is forgiven: not case, not
 * marks.
 */
#ifndef LLM_QUOTE_H
#define LLM_QUOTE_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>

/* A text made ready to be looked through many times. */
struct quote_text {
    struct str flat; /* blanks are one ' ' each, none at the ends */
    long *points;    /* of each byte of `flat`: its code point in the text */
};

void quote_prepare(struct arena *arena, struct str text, struct quote_text *ready);

/* The code points [start, stop) of the first place; false when it stands nowhere, or says
   nothing. */
bool quote_find(struct arena *arena, const struct quote_text *ready, struct str quote,
                long *start_out, long *stop_out);

/* The same in code points [from, to) of the text alone. */
bool quote_find_within(struct arena *arena, const struct quote_text *ready, struct str quote,
                       const long within[2], long *start_out, long *stop_out);

/* The text with single blanks. */
struct str quote_flat(struct arena *arena, struct str text);

/* At most so many bytes of the text, with whole code points. */
struct str quote_cut(struct str text, size_t most);

#endif
