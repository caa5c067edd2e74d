/*
 * trail: the way from the top of a JSON tree to a value in it, as errors name it.
 */
#include "base/trail.h"

#include <stdio.h>

#define LONGEST 200 /* steps; deeper than any tree that base/scan lets in */

struct trail
trail_top(const char *name)
{
    return (struct trail){NULL, name, 0, 0};
}

struct trail
trail_member(const struct trail *up, const char *name)
{
    return (struct trail){up, name, 0, up->depth + 1};
}

struct trail
trail_item(const struct trail *up, size_t index)
{
    return (struct trail){up, NULL, index, up->depth};
}

void
trail_write(const struct trail *trail, char text[TRAIL_TEXT])
{
    const struct trail *way[LONGEST];
    size_t count = 0, used = 0;

    for (; trail != NULL && count < LONGEST; trail = trail->up)
        way[count++] = trail;
    text[0] = '\0';
    while (count-- > 0 && used < TRAIL_TEXT) {
        const struct trail *step = way[count];
        size_t room = TRAIL_TEXT - used;
        int more = step->name == NULL ? snprintf(text + used, room, "[%zu]", step->index)
                                      : snprintf(text + used, room, "%s%.40s",
                                                 used > 0 ? "." : "", step->name);

        used += (size_t)more;
    }
}
