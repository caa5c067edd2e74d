/*
 * synthesis: an answer that the language model writes from what was found, sentence by sentence
 * with what it quotes.
 *
 * A quotation that does not stand in its record is dropped, and so is a sentence that has none
 * left.  What the records say is data for the model, never an order: it is offered no tools,
 * and what it says is only shown.
 */
#ifndef SEARCH_SYNTHESIS_H
#define SEARCH_SYNTHESIS_H

#include "llm/llm.h"
#include "search/search.h"

#include <stddef.h>

#define SYNTHESIS_SENTENCES 16
#define SYNTHESIS_CITATIONS 8 /* of a sentence */

struct synthesis_citation {
    size_t hit;       /* which result of the search */
    struct str text;  /* the record's own */
    long start, stop; /* its code points in the record's text */
};

struct synthesis_sentence {
    struct str text;
    struct synthesis_citation citations[SYNTHESIS_CITATIONS];
    size_t citations_count;
};

struct synthesis {
    struct synthesis_sentence sentences[SYNTHESIS_SENTENCES];
    size_t count;        /* 0: refused */
    size_t given;        /* sentences that the model wrote */
    const char *refusal; /* why there is no sentence */
};

/* LLM_DONE with an answer or a refusal; anything else as llm_get(). */
enum llm_end synthesis_write(const struct llm_caller *caller, const struct search *search,
                             const struct call *call, struct synthesis *synthesis,
                             struct err *err);

/* What that would take, unasked. */
struct llm_estimate synthesis_estimate(const struct endpoint *endpoint, struct arena *arena,
                                       const struct search *search, const struct call *call);

/* The reply judged against the passages; for tests, which have no search. */
void synthesis_judge(struct arena *arena, struct json_object *reply, const struct str *passages,
                     size_t count, struct synthesis *synthesis);
bool synthesis_fits(struct json_object *reply, struct err *err);

#endif
