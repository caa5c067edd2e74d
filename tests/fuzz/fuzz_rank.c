/*
 * fuzz_rank: any text becomes a ranking expression or a reason, and every expression a score.
 */
#include "chroma/rank.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
scores(const struct rank *rank)
{
    for (unsigned bits = 0; bits < 8; bits++) {
        struct rank_place places[RANK_KNNS] = {{false, 0}};
        float score = 0;

        for (size_t i = 0; i < rank->knn_count; i++)
            places[i] = (struct rank_place){(bits >> (i % 3)) & 1, (float)i};
        if (rank_score(rank, places, &score))
            assert(bits != 0 && (isnan(score) || rank_compare(score, score) == 0));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(4096);
    struct err err = {0};
    struct scan scan;
    struct rank rank;

    scan_start(&scan, (const char *)data, size, arena, &err);
    if (!rank_scan(&scan, arena, &rank))
        assert(err.kind == ERR_INPUT && err.text[0] != '\0');
    else if (rank.root != NULL)
        scores(&rank);
    arena_free(arena);
    return 0;
}
