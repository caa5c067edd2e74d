/*
 * pattern: a regular expression of Chroma's clients, in the words of Postgres.
 *
 * Chroma's are those of Rust's library regex: no look-around, no references back, Unicode, and
 * flags anywhere.  Every piece is written anew so that it means the same there, whatever the
 * database's locale: classes become their characters, ^ $ . and \b what the flags make of them.
 * What would mean something else is refused.  Groups capture nothing, so that Postgres matches
 * by an automaton, in a time that grows with the text; what would make a large one is refused.
 */
#ifndef CHROMA_PATTERN_H
#define CHROMA_PATTERN_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

/* ERR_INPUT "Regex syntax errror: ..." (so spelled by Chroma). */
bool pattern_translate(struct arena *arena, struct str pattern, const char **out,
                       struct err *err);

#endif
