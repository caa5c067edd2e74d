/*
 * perf_embed: how near the encoder comes to the bare matrix products inside it.
 *
 * Encodes texts of 16, 128 and 256 tokens, one by one and in batches, and then lets OpenBLAS
 * do the same multiply-adds on the same shapes with nothing between them.  Both run in turns,
 * the median of each counts: the ratio says what all else costs, on any machine.
 *
 *     tests/perf/perf_embed [MODEL_DIR [NAME]]
 */
#include "base/clock.h"
#include "embed/blas.h"
#include "embed/embed.h"

#include <stdio.h>
#include <stdlib.h>

enum { LAYERS = 6, WIDTH = 384, INNER = 1536, HEADS = 12, ROUNDS = 7, BATCH_MAX = 64 };

struct shape {
    size_t tokens, texts;
};

struct floor {
    float *weights, *x, *y;
};

static void
product(const struct floor *floor, size_t rows, size_t out, size_t in)
{
    struct blas_product step = {rows, out,  in,  {floor->x, in}, {floor->weights, in},
                                true, 1.0F, 0.0F};

    blas_multiply(&step, floor->y, out);
}

/* One group of texts, as the encoder groups them: weights on all rows, attention per text. */
static void
floor_group(const struct floor *floor, size_t tokens, size_t texts)
{
    size_t rows = tokens * texts, side = WIDTH / HEADS;

    for (int layer = 0; layer < LAYERS; layer++) {
        for (int i = 0; i < 4; i++)
            product(floor, rows, WIDTH, WIDTH);
        for (size_t i = 0; i < HEADS * texts; i++) {
            product(floor, tokens, tokens, side);
            product(floor, tokens, side, tokens);
        }
        product(floor, rows, INNER, WIDTH);
        product(floor, rows, WIDTH, INNER);
    }
}

static void
floor_run(const struct floor *floor, const struct shape *shape)
{
    size_t group = 256 / shape->tokens;

    for (size_t left = shape->texts; left > 0;) {
        size_t texts = left < group ? left : group;

        floor_group(floor, shape->tokens, texts);
        left -= texts;
    }
}

static void
embed_run(const struct embed *embed, const struct shape *shape)
{
    static char text[2048];
    static float vectors[BATCH_MAX * WIDTH];
    struct arena *arena = arena_new((size_t)4 << 20);
    struct err err = {0};
    struct str texts[BATCH_MAX];
    size_t len = 0;

    for (size_t i = 2; i < shape->tokens; i++) /* one token a word, [CLS] and [SEP] besides */
        len += (size_t)snprintf(text + len, sizeof text - len, "%s ", i % 3 ? "river" : "town");
    for (size_t i = 0; i < shape->texts; i++)
        texts[i] = (struct str){text, len};
    if (embed_tokens(embed, texts[0]) != shape->tokens ||
        !embed_texts(embed, arena, texts, shape->texts, vectors, &err)) {
        (void)fprintf(stderr, "perf_embed: %s\n", err.text);
        exit(EXIT_FAILURE);
    }
    arena_free(arena);
}

static int
order(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

static void
measure(const struct embed *embed, const struct floor *floor, const struct shape *shape)
{
    int64_t ours[ROUNDS], bare[ROUNDS];
    double texts;

    for (int i = -1; i < ROUNDS; i++) { /* the first round only warms */
        int64_t start = clock_us(), middle;

        embed_run(embed, shape);
        middle = clock_us();
        floor_run(floor, shape);
        if (i >= 0) {
            ours[i] = middle - start;
            bare[i] = clock_us() - middle;
        }
    }
    qsort(ours, ROUNDS, sizeof *ours, order);
    qsort(bare, ROUNDS, sizeof *bare, order);
    texts = (double)shape->texts * 1e6;
    printf("%6zu %6zu %12.1f %12.1f %8.2f\n", shape->tokens, shape->texts,
           texts / (double)ours[ROUNDS / 2], texts / (double)bare[ROUNDS / 2],
           (double)ours[ROUNDS / 2] / (double)bare[ROUNDS / 2]);
}

/* What stays of one process beside the file that all share, in kB. */
static long
private_kb(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[128];
    long kb = -1;

    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "RssAnon: %ld", &kb) == 1)
            break;
    if (file != NULL)
        (void)fclose(file);
    return kb;
}

int
main(int argc, char **argv)
{
    static const struct shape shapes[] = {{16, 1},  {128, 1},  {256, 1},
                                          {16, 64}, {128, 16}, {256, 8}};
    struct floor floor = {calloc(WIDTH * INNER, 4), calloc(256 * INNER, 4),
                          calloc(256 * INNER, 4)};
    struct embed *embed;
    struct err err = {0};
    long before, opened, after;

    blas_choose();
    before = private_kb();
    if (floor.weights == NULL || floor.x == NULL || floor.y == NULL ||
        !embed_open(argc > 1 ? argv[1] : "/var/lib/kvasir/models",
                    argc > 2 ? argv[2] : "all-MiniLM-L6-v2", &embed, &err) ||
        !blas_open(&err)) {
        (void)fprintf(stderr, "perf_embed: %s\n", err.text);
        return EXIT_FAILURE;
    }
    opened = private_kb();
    embed_run(embed, &(struct shape){256, 1});
    after = private_kb();
    printf("private memory: %ld kB for the opened model, %ld kB more after 256 tokens\n",
           opened - before, after - opened);
    for (size_t i = 0; i < (size_t)256 * INNER; i++)
        floor.x[i] = (float)(i % 7) * 0.125F;
    for (size_t i = 0; i < (size_t)WIDTH * INNER; i++)
        floor.weights[i] = (float)(i % 5) * 0.0625F;
    printf("%6s %6s %12s %12s %8s\n", "tokens", "texts", "texts/s", "bare sgemm", "ratio");
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        measure(embed, &floor, &shapes[i]);
    embed_close(embed);
    free(floor.weights);
    free(floor.x);
    free(floor.y);
    return EXIT_SUCCESS;
}
