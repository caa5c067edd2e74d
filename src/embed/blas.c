/*
 * blas: OpenBLAS, opened when it is needed; the door to it.
 */
#include "embed/blas.h"

#include <cblas.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

#define LIBRARY "libopenblas.so.0"

typedef __typeof__(cblas_sgemm) gemm_fn;
typedef __typeof__(openblas_set_num_threads) threads_fn;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static void *library; /* stays open */
static gemm_fn *gemm; /* NULL: the library could not be opened */

/* NULL: none better than what OpenBLAS itself would take. */
static const char *
kernels(void)
{
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        return "SkylakeX";
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return "Haswell";
#endif
    return NULL;
}

void
blas_choose(void)
{
    const char *chosen = kernels();

    if (chosen != NULL)
        (void)setenv("OPENBLAS_CORETYPE", chosen, 0); /* NOLINT(concurrency-mt-unsafe) */
}

static void
library_open(void)
{
    threads_fn *threads;

    library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return;
    *(void **)&threads = dlsym(library, "openblas_set_num_threads");
    if (threads == NULL)
        return;
    threads(1); /* our threads are the requests */
    *(void **)&gemm = dlsym(library, "cblas_sgemm");
}

bool
blas_open(struct err *err)
{
    (void)pthread_once(&once, library_open);
    return gemm != NULL ||
           err_set(err, ERR_UNAVAILABLE, "texts cannot be embedded: " LIBRARY " is not usable");
}

void
blas_multiply(const struct blas_product *product, float *c, size_t stride)
{
    gemm(CblasRowMajor, CblasNoTrans, product->b_is_turned ? CblasTrans : CblasNoTrans,
         (blasint)product->rows, (blasint)product->columns, (blasint)product->inner,
         product->scale, product->a.at, (blasint)product->a.stride, product->b.at,
         (blasint)product->b.stride, product->keep, c, (blasint)stride);
}
