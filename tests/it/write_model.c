/*
 * write_model: a model of a few hundred weights in a new folder, whose path it prints; and, for
 * a text, each word as a line of JSON with the vectors of its tokens.
 */
#include "embed/embed.h"

#include "../unit/tiny_model.h"

#include <stdio.h>
#include <stdlib.h>

static void
print_words(const struct embed_reading *reading)
{
    const float *at = reading->vectors + TINY_WIDTH; /* behind [CLS] */

    for (size_t i = 0; i < reading->count; i++) {
        (void)printf("{\"word\":\"%.*s\",\"vectors\":[", (int)reading->words[i].len,
                     reading->words[i].at);
        for (size_t t = 0; t < reading->tokens[i]; t++)
            for (size_t j = 0; j < TINY_WIDTH; j++)
                (void)printf("%s%.9g%s", j == 0 ? (t == 0 ? "[" : ",[") : ",", (double)*at++,
                             j + 1 == TINY_WIDTH ? "]" : "");
        (void)printf("]}\n");
    }
}

int
main(int argc, char **argv)
{
    struct err err = {.kind = ERR_NONE};
    struct embed_reading reading;
    struct tiny_model tiny;
    struct embed *embed;
    float vector[TINY_WIDTH];

    tiny_begin(&tiny);
    (void)puts(tiny.dir);
    if (argc == 2) {
        if (!embed_open(tiny.dir, "tiny", &embed, &err) ||
            !embed_read(embed, tiny.arena, str_of(argv[1]), &reading, vector, &err))
            return EXIT_FAILURE;
        print_words(&reading);
        embed_close(embed);
    }
    arena_free(tiny.arena);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
