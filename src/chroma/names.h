/*
 * names: a set of texts, each with its number in the order of arrival.
 *
 * Its hashing is seeded anew in each process, so that no body can be made to collide.
 */
#ifndef CHROMA_NAMES_H
#define CHROMA_NAMES_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct names {
    struct arena *arena;
    struct str *list; /* by number */
    size_t count, room;
    uint32_t *slots; /* number + 1, or 0 */
    size_t slots_count;
};

void names_start(struct names *names, struct arena *arena);

/* The number of a text, which is kept by reference when it was not there. */
size_t names_put(struct names *names, struct str text, bool *is_new_out);

#endif
