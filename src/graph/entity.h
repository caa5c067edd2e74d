/*
 * entity: the key by which two ways of writing a name are the same.
 *
 * Unicode is decomposed, marks fall away, letters become lower case, a genitive 's goes, and
 * whatever is neither letter nor number becomes one blank: "Gödel's" is "godel", "A.B. Corp."
 * is "a b corp".  Fuzzy likeness never joins names: "Edward VII" is not "Edward VIII".
 */
#ifndef GRAPH_ENTITY_H
#define GRAPH_ENTITY_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>

#define ENTITY_KEY_MAX 200 /* bytes: a longer key names nothing (absent) */

struct str entity_key(struct arena *arena, struct str name);

/* The same without what stands in brackets at the end: "Mercury (planet)". */
struct str entity_bare(struct str name);

/* A word that never is a name by itself, though it begin a sentence: "The", "However", "May".
 */
bool entity_is_common(struct str word);

#endif
