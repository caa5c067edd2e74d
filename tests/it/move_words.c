/*
 * move_words: the engine's steps with words, now, as often as asked for.
 *
 * Usage: move_words CONNINFO SECONDS BATCH STEPS; ends early when nothing is left to do, and
 * prints how many steps did something.  Sets of words that were left stay for SECONDS, too.
 */
#include "base/clock.h"
#include "words/merge.h"
#include "words/move.h"
#include "words/remake.h"

#include <stdio.h>
#include <stdlib.h>

/* One of each step of the engine, with what main() was given. */
static bool
step(struct conn *conn, struct arena *arena, char **given, bool *more, struct err *err)
{
    double seconds = strtod(given[0], NULL);
    long batch = strtol(given[1], NULL, 10);

    return move_step(conn, arena, seconds, batch, more, err) &&
           remake_step(conn, arena, seconds, batch, more, err) &&
           merge_step(conn, arena, more, err);
}

int
main(int argc, char **argv)
{
    struct arena *arena = arena_new(65536);
    struct err err = {.kind = ERR_NONE};
    long steps = 0, most;
    bool more = true;
    struct conn *conn;

    if (argc != 5)
        return EXIT_FAILURE;
    conn = conn_new(argv[1], "move_words");
    most = strtol(argv[4], NULL, 10);
    while (more && steps < most && conn_need(conn, clock_us() + 10000000, &err) &&
           step(conn, arena, argv + 2, &more, &err))
        steps += more;
    if (err.kind != ERR_NONE)
        fprintf(stderr, "move_words: %s: %s\n", err.text, err.detail);
    printf("%ld\n", steps);
    conn_free(conn);
    arena_free(arena);
    return err.kind == ERR_NONE ? EXIT_SUCCESS : EXIT_FAILURE;
}
