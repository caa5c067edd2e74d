/*
 * question: whether a question asks to calculate or to find, by a vote of what stands in it.
 *
 * Each feature that a question has gives its weight to one side once, however often it is
 * there. A question mark speaks for finding by 2, more than ten words by 1.  The side with more
 * has it, finding when both have as much; the confidence is that side's share of all weights,
 * and a half when nothing was found.  Words are compared without regard to case (of ASCII
 * letters), in English and Danish.
 */
#ifndef LEGACY_QUESTION_H
#define LEGACY_QUESTION_H

#include "base/arena.h"
#include "base/emit.h"
#include "base/str.h"

#include <stdbool.h>

#define QUESTION_FEATURES 12 /* at most */

struct question {
    bool is_analytical;
    double confidence; /* 0.5 to 1 */
    const char *features[QUESTION_FEATURES];
    size_t features_count;
};

struct question question_read(struct arena *arena, struct str text);

/* What is asked by conditions, without words. */
struct question question_of_conditions(void);

/* {type, confidence, features} as the member `name`. */
void question_emit(struct emit *json, const char *name, const struct question *question);

#endif
