/*
 * gram: runs of up to eight words that may be a name that is known, as keys.
 *
 * Whether one is known only the database can tell, so all are offered: those of a record are
 * kept beside its links and looked up among titles when a search passes through the record;
 * those of a question are looked up when it is asked.
 */
#ifndef GRAPH_GRAM_H
#define GRAPH_GRAM_H

#include "graph/token.h"

#define GRAM_WORDS 8

struct gram {
    struct str key;
    size_t first, end; /* tokens [first, end) */
};

struct gram_list {
    struct gram *at;
    size_t count;
};

/* Of a record: runs within a sentence that begin and end with a capital or a digit, but none
   that begins or ends amid a name, unless it is a part that a small word or a number joins. */
struct gram_list gram_of_text(struct arena *arena, const struct token_list *tokens,
                              size_t most);

/* Of a question, longest first and then from left to right.  A single word counts when it is
   capitalised or looks like an identifier; small words alone never do. */
struct gram_list gram_of_question(struct arena *arena, struct str question);

#endif
