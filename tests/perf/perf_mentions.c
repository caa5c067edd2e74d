/*
 * perf_mentions: how many passages a second one core reads for what they speak of.
 *
 * The anchor is the least that any reader of texts does: walk the same code points and lower
 * each.  Both run in turns over the same passages, the median of each counts; the processor's
 * time is taken, so that what else the machine does changes little.  A second run over twice
 * the passages shows that the time grows with the text alone.
 *
 *     tests/perf/perf_mentions [FILE]     a passage a line; without it passages are invented
 */
#include "base/buf.h"
#include "base/utf8.h"
#include "embed/codepoint.h"
#include "graph/mention.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 5, INVENTED = 4000, WORDS = 100, WANTED = 2000 };

struct passages {
    struct str *at;
    size_t count, bytes;
};

static double
spent(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void
add(struct passages *passages, struct str text)
{
    struct str *grown = realloc(passages->at, (passages->count + 1) * sizeof *grown);

    if (grown == NULL)
        abort();
    passages->at = grown;
    passages->at[passages->count++] = text;
    passages->bytes += text.len;
}

/* Prose of a hundred words: a name of one to three words in every eight, now and then a ticket.
 */
static struct str
invented(struct arena *arena, unsigned seed)
{
    static const char *const names[] = {"Aldebaran", "Brightwater", "Castor",   "Dunmore",
                                        "Ellesmere", "Fairbanks",   "Grünwald", "Hallstatt"};
    static const char *const plain[] = {"the",   "was",  "written", "by", "in",  "river",
                                        "which", "many", "found",   "of", "and", "engine"};
    struct buf text;

    buf_start(&text, arena, 1024);
    for (int word = 0; word < WORDS; word++) {
        seed = seed * 1664525U + 1013904223U;
        if (word % 8 < 3 && (seed >> 28) > (unsigned)(word % 8) * 4)
            buf_text(&text, names[(seed >> 16) % 8]);
        else if (word % 60 == 7)
            buf_text(&text, str_format(arena, "KV-%u", (seed >> 16) % 900));
        else
            buf_text(&text, plain[(seed >> 16) % 12]);
        buf_text(&text, word % 16 == 15 ? ". " : " ");
    }
    return (struct str){text.data, text.len};
}

static void
invent(struct passages *passages, struct arena *arena)
{
    for (unsigned i = 0; i < INVENTED; i++)
        add(passages, invented(arena, i * 2654435761U));
}

static bool
read_lines(struct passages *passages, struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    ssize_t len;

    if (file == NULL) {
        perror(path);
        return false;
    }
    while ((len = getline(&line, &room, file)) > 0)
        add(passages, str_of(str_copy(arena, (struct str){line, (size_t)len - 1})));
    free(line);
    (void)fclose(file);
    return true;
}

static size_t
mentions_run(const struct passages *passages, size_t times)
{
    struct arena *arena = arena_new((size_t)1 << 20);
    size_t found = 0;

    for (size_t i = 0; i < passages->count * times; i++) {
        struct mention_source source = {.document = passages->at[i % passages->count],
                                        .metadata = {"{}", 2},
                                        .fields = {"[]", 2}};

        found += mention_find(arena, &source).count;
        arena_reset(arena);
    }
    arena_free(arena);
    return found;
}

static size_t
walk_run(const struct passages *passages)
{
    size_t words = 0;

    for (size_t i = 0; i < passages->count; i++) {
        const char *at = passages->at[i].at, *end = at + passages->at[i].len;
        uint32_t lowered[2];

        while (at < end) {
            uint32_t point = utf8_next(&at, end);

            words += codepoint_lower(point, lowered) > 0 && codepoint_is_word(lowered[0]);
        }
    }
    return words;
}

static int
order(const void *left, const void *right)
{
    const double *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

static double
median(double *seconds)
{
    qsort(seconds, ROUNDS, sizeof *seconds, order);
    return seconds[ROUNDS / 2];
}

static bool
measure(const struct passages *passages)
{
    double ours[ROUNDS], twice[ROUNDS], walk[ROUNDS], count = (double)passages->count;
    size_t found = mentions_run(passages, 1), walked = walk_run(passages); /* these only warm */

    for (int i = 0; i < ROUNDS; i++) {
        double began = spent(), first, second;

        found = mentions_run(passages, 1);
        first = spent();
        (void)mentions_run(passages, 2);
        second = spent();
        walked += walk_run(passages);
        ours[i] = first - began;
        twice[i] = second - first;
        walk[i] = spent() - second;
    }
    printf("%zu passages of %.0f bytes, %.1f mentions each (%zu characters walked)\n",
           passages->count, (double)passages->bytes / count, (double)found / count, walked);
    printf(
        "passages a second and core: %.0f (goal %d), %.1f times the time of walking the text\n",
        count / median(ours), WANTED, median(ours) / median(walk));
    printf("twice the passages take %.2f times the time (goal 2.2)\n",
           median(twice) / median(ours));
    return count / ours[ROUNDS / 2] >= WANTED && twice[ROUNDS / 2] / ours[ROUNDS / 2] <= 2.2;
}

int
main(int argc, char **argv)
{
    struct passages passages = {NULL, 0, 0};
    struct arena *arena = arena_new((size_t)1 << 20);
    bool reached;

    if (argc > 1 && !read_lines(&passages, arena, argv[1]))
        return EXIT_FAILURE;
    if (argc == 1)
        invent(&passages, arena);
    reached = passages.count > 0 && measure(&passages);
    arena_free(arena);
    free(passages.at);
    return reached ? EXIT_SUCCESS : EXIT_FAILURE;
}
