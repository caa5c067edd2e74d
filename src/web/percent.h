/*
 * percent: %41 back to A, for paths and query strings.
 */
#ifndef WEB_PERCENT_H
#define WEB_PERCENT_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>

/* The byte that "%41" stands for; -1 unless '%' and two hexadecimal digits stand there. */
int percent_byte(const char *at, const char *end);

/* Decoded and NUL-terminated in the arena; '+' is a blank when `form`.  False for a broken
   escape, for NUL and for bytes that are not UTF-8: Postgres could not store them. */
bool percent_decode(struct arena *arena, struct str text, bool form, struct str *out);

#endif
