/*
 * test_blas: products against ones worked by hand, and the choice of kernels.
 */
#include "embed/blas.h"
#include "suite.h"

#include <string.h>

static const float a[] = {1, 2, 3, 4, 5, 6}; /* [2, 3] */
static const float b[] = {1, 0, 2, 0, 1, 1}; /* [3, 2], or [2, 3] when turned */

static void
multiplies(void)
{
    struct blas_product product = {2, 2, 3, {a, 3}, {b, 2}, false, 2.0F, 0.0F};
    static const float want[] = {16, 6, 40, 12};
    float c[] = {9, 9, 9, 9};
    struct err err = {.kind = ERR_NONE};

    CU_ASSERT_FATAL(blas_open(&err));
    blas_multiply(&product, c, 2);
    CU_ASSERT_EQUAL(memcmp(c, want, sizeof want), 0);
}

static void
multiplies_turned_and_adds(void)
{
    struct blas_product product = {2, 2, 3, {a, 3}, {b, 3}, true, 1.0F, 1.0F};
    static const float want[] = {8, 6, 17, 12};
    float c[] = {1, 1, 1, 1};
    struct err err = {.kind = ERR_NONE};

    CU_ASSERT_FATAL(blas_open(&err));
    blas_multiply(&product, c, 2);
    CU_ASSERT_EQUAL(memcmp(c, want, sizeof want), 0);
}

static void
leaves_the_callers_choice(void)
{
    setenv("OPENBLAS_CORETYPE", "Nehalem", 1);
    blas_choose();
    CU_ASSERT_STRING_EQUAL(getenv("OPENBLAS_CORETYPE"), "Nehalem");
    unsetenv("OPENBLAS_CORETYPE");
}

SUITE("blas", {"a product is what the hand computes", multiplies},
      {"a turned matrix, added to what is there", multiplies_turned_and_adds},
      {"kernels that somebody chose stay chosen", leaves_the_callers_choice});
