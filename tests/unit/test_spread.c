/*
 * spread: many threads give the vectors that one gives.
 */
#include "ingest/spread.h"

#include "embed/stage.h"
#include "suite.h"
#include "tiny_model.h"

#include <math.h>

#define MOST 67

static const char *const words[] = {"odin", "the allfather", "wise", "the the the odin !", "",
                                    "s e"};

static void
test_same_vectors(void)
{
    static const size_t counts[] = {0, 1, 3, 4, 5, 32, MOST};
    static float alone[MOST * TINY_WIDTH], spread[MOST * TINY_WIDTH];
    struct str texts[MOST];
    struct tiny_model tiny;
    struct embed *embed;
    struct err err = {0};

    tiny_begin(&tiny);
    CU_ASSERT(embed_open(tiny.dir, "tiny", &embed, &err));
    for (size_t i = 0; i < MOST; i++)
        texts[i] = str_of(words[i % (sizeof words / sizeof words[0])]);
    CU_ASSERT(embed_texts(embed, tiny.arena, texts, MOST, alone, &err));
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        for (size_t j = 0; j < MOST * TINY_WIDTH; j++)
            spread[j] = -9;
        CU_ASSERT(spread_texts(embed, texts, counts[i], spread, &err));
        for (size_t j = 0; j < MOST * TINY_WIDTH; j++) {
            float wanted = j < counts[i] * TINY_WIDTH ? alone[j] : -9;

            CU_ASSERT(fabsf(spread[j] - wanted) < 1e-5f);
        }
    }
    embed_close(embed);
    stage_remove(tiny.dir);
    arena_free(tiny.arena);
}

SUITE("spread", {"many threads give the vectors that one gives", test_same_vectors});
