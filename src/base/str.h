/*
 * str: a piece of text that somebody else owns, by pointer and length.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
    const char *at; /* NULL: absent */
    size_t len;
};

#define STR(literal) ((struct str){literal, sizeof(literal) - 1})

struct str str_of(const char *text); /* NULL gives the absent str */
bool str_is(struct str s, const char *text);
bool str_same(struct str a, struct str b);
bool str_starts(struct str s, const char *prefix);
struct str str_trim(struct str s); /* without ASCII blanks at both ends */
/* The next of words that are parted by one blank each, and what is behind its blank; false:
   there is none, or it is not followed by a blank. */
bool str_word(struct str *rest, struct str *word_out);
char *str_copy(struct arena *arena, struct str s);
char *str_format(struct arena *arena, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Whole text as a number in [min, max]; false for anything else (blank, sign only, rest,
 * overflow). */
bool str_to_long(struct str s, long min, long max, long *value_out);

/* The nearest of `count` names by edit distance, or NULL when none is near (for "did you
 * mean"). */
const char *str_nearest(const char *wanted, const char *const *names, size_t count);

#endif
