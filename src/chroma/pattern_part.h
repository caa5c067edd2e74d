/*
 * pattern_part: the insides of chroma/pattern.h, shared by the files that make it.
 */
#ifndef CHROMA_PATTERN_PART_H
#define CHROMA_PATTERN_PART_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATTERN_LAST 0x10ffff

struct pattern_range {
    uint32_t from, to;
};

struct pattern_fold {
    uint32_t from, to;
    int32_t step, distance;
};

/* Tables of Unicode. */
#define PATTERN_CATEGORIES 30
extern const char *const pattern_category_names[PATTERN_CATEGORIES];
extern const uint32_t pattern_category_runs[];
extern const size_t pattern_category_count;
extern const struct pattern_range pattern_word_ranges[], pattern_word_blanks[];
extern const size_t pattern_word_count, pattern_word_blanks_count;
extern const struct pattern_fold pattern_word_folds[];
extern const size_t pattern_word_folds_count;

/* A set of characters: ranges, in order and apart after pattern_set_order(). */
struct pattern_set {
    struct arena *arena;
    struct pattern_range *list;
    size_t count, room;
};

void pattern_set_start(struct pattern_set *set, struct arena *arena);
void pattern_set_add(struct pattern_set *set, uint32_t from, uint32_t to);
void pattern_set_add_all(struct pattern_set *set, const struct pattern_range *list,
                         size_t count);
void pattern_set_order(struct pattern_set *set);
void pattern_set_negate(struct pattern_set *set);
void pattern_set_intersect(struct pattern_set *set, const struct pattern_set *other);
void pattern_set_fold(struct pattern_set *set); /* with all that differ in case alone */
/* As Postgres reads it; false when nothing in it could ever be met. */
bool pattern_set_write(struct pattern_set *set, struct buf *out);

/* What is being read. */
struct pattern {
    const char *at, *end;
    struct arena *arena;
    struct err *err;
    struct buf out;
    int depth;
    size_t weight; /* how many places the automaton has, about */
    struct str *names;
    size_t names_count, names_room;
    struct pattern_flags {
        bool fold, dot_all, lines, spaced;
    } flags;
};

#define PATTERN_WEIGHT 3000 /* places; more take Postgres long to prepare */

/* What a quantifier may follow. */
enum pattern_atom { PATTERN_UNIT, PATTERN_ASSERTION, PATTERN_NOTHING };

/* The quantifiers after an atom that was written from `start` on, when the weight was `weight`;
   which of several matches they prefer does not matter. */
bool pattern_quantifiers(struct pattern *p, size_t start, size_t weight,
                         enum pattern_atom kind);

bool pattern_refuse(struct pattern *p, const char *why);
bool pattern_next_is(const struct pattern *p, char c);
void pattern_skip_spaces(struct pattern *p); /* under the flag x */

/* After a backslash: d, w, s, p... into a set (true), or not one of these (false). */
bool pattern_class_letter(char c);
bool pattern_class_escape(struct pattern *p, struct pattern_set *set);
bool pattern_class_bracket(struct pattern *p, struct pattern_set *set); /* after the "[" */

/* After a backslash: one character, however it is written. */
bool pattern_escape_char(struct pattern *p, uint32_t *point);

#endif
