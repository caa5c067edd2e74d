/*
 * write_model: a model of a few hundred weights in a new folder, whose path it prints.
 */
#include "../unit/tiny_model.h"

#include <stdio.h>
#include <stdlib.h>

int
main(void)
{
    struct tiny_model tiny;

    tiny_begin(&tiny);
    arena_free(tiny.arena);
    return puts(tiny.dir) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
