/*
 * trail: the way from the top of a JSON tree to a value in it, as errors name it.
 *
 * A trail is a list of stack frames, the innermost first: it costs nothing until it is written.
 */
#ifndef BASE_TRAIL_H
#define BASE_TRAIL_H

#include <stddef.h>

struct trail {
    const struct trail *up;
    const char *name; /* NULL: the index-th item of a list */
    size_t index;
    int depth; /* names above this one */
};

struct trail trail_top(const char *name); /* "" when the top has no name */
struct trail trail_member(const struct trail *up, const char *name);
struct trail trail_item(const struct trail *up, size_t index);

#define TRAIL_TEXT 140
/* "where.$and[1].year"; of a longer one its beginning. */
void trail_write(const struct trail *trail, char text[TRAIL_TEXT]);

#endif
