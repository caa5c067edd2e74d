/*
 * vecmath: the element-wise steps of an encoder, eight floats at a time.
 *
 * The bodies are always_inline and stand once; each public function picks the copy that
 * this processor runs best.  Vectors are passed by pointer: without AVX enabled for the file, a
 * 32-byte argument would have no settled calling convention.
 */
#include "embed/vecmath.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define LANES 8

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));
typedef int32_t ints __attribute__((vector_size(LANES * sizeof(int32_t))));

#define INLINE static inline __attribute__((always_inline))

INLINE void
lanes_load(lanes *v, const float *at, size_t left, float fill)
{
    if (left >= LANES) {
        memcpy(v, at, sizeof *v);
        return;
    }
    for (size_t i = 0; i < LANES; i++)
        (*v)[i] = i < left ? at[i] : fill;
}

INLINE void
lanes_store(const lanes *v, float *at, size_t left)
{
    memcpy(at, v, left >= LANES ? sizeof *v : left * sizeof *at);
}

INLINE float
lanes_sum(const lanes *v)
{
    float sum = 0;

    for (int i = 0; i < LANES; i++)
        sum += (*v)[i];
    return sum;
}

INLINE float
row_max(const float *x, size_t width)
{
    lanes most = (lanes){} - HUGE_VALF;
    float max = -HUGE_VALF;

    for (size_t i = 0; i < width; i += LANES) {
        lanes v;
        ints more;

        lanes_load(&v, x + i, width - i, -HUGE_VALF);
        more = v > most;
        most = (lanes)(((ints)v & more) | ((ints)most & ~more));
    }
    for (int i = 0; i < LANES; i++)
        max = most[i] > max ? most[i] : max;
    return max;
}

/* e^x for x <= 0 (below -87 it gives e^-87, which is nothing beside the 1 of a row's greatest).
   x = n ln2 + r: 2^n is written into the exponent, e^r is a polynomial of degree 6. */
INLINE void
lanes_exp(lanes *v)
{
    const lanes shift =
        (lanes){} + 12582912.0F; /* 1.5 * 2^23: adding it rounds to an integer */
    const lanes least = (lanes){} - 87.0F;
    ints low = *v < least, power;
    lanes x, n, r, e;

    x = (lanes)(((ints)*v & ~low) | ((ints)least & low));
    n = x * 1.44269504F + shift;
    power = (ints)n << 23;
    n -= shift;
    r = x - n * 0.693359375F;
    r += n * 2.12194440e-4F;
    e = r * 1.9875691500e-4F + 1.3981999507e-3F;
    e = e * r + 8.3334519073e-3F;
    e = e * r + 4.1665795894e-2F;
    e = e * r + 1.6666665459e-1F;
    e = e * r + 5.0000001201e-1F;
    e = e * r * r + r + 1.0F;
    *v = (lanes)((ints)e + power);
}

/* x/2 (1 + erf(x / sqrt 2)), erf by Abramowitz and Stegun 7.1.26. */
INLINE void
lanes_gelu(lanes *v)
{
    lanes x = *v, y = (lanes)((ints)x & 0x7fffffff) * 0.707106781F;
    lanes t = 1.0F / (1.0F + 0.3275911F * y), e = -y * y, p;

    lanes_exp(&e);
    p = t * 1.061405429F - 1.453152027F;
    p = p * t + 1.421413741F;
    p = p * t - 0.284496736F;
    p = p * t + 0.254829592F;
    p = 1.0F - p * t * e; /* erf of |x| / sqrt 2; give it the sign of x */
    p = (lanes)((ints)p | ((ints)x & INT32_MIN));
    *v = 0.5F * x * (1.0F + p);
}

INLINE void
row_gelu(float *x, size_t width, const float *bias)
{
    for (size_t i = 0; i < width; i += LANES) {
        lanes v, b;

        lanes_load(&v, x + i, width - i, 0);
        lanes_load(&b, bias + i, width - i, 0);
        v += b;
        lanes_gelu(&v);
        lanes_store(&v, x + i, width - i);
    }
}

INLINE void
row_softmax(float *x, size_t width)
{
    float most = row_max(x, width), scale;
    lanes sum = {};

    for (size_t i = 0; i < width; i += LANES) {
        lanes v;

        lanes_load(&v, x + i, width - i, -HUGE_VALF);
        v -= most;
        lanes_exp(&v);
        lanes_store(&v, x + i, width - i);
        for (size_t k = width - i; k < LANES; k++)
            v[k] = 0;
        sum += v;
    }
    scale = 1.0F / lanes_sum(&sum);
    for (size_t i = 0; i < width; i++)
        x[i] *= scale;
}

/* Two passes over the row, mean first: one pass by squares would lose digits. */
INLINE void
row_layernorm(float *x, size_t width, const float *bias, const struct vecmath_norm *norm)
{
    lanes sum = {}, square = {};
    float mean, scale;

    for (size_t i = 0; i < width; i += LANES) {
        lanes v, b = {};

        lanes_load(&v, x + i, width - i, 0);
        if (bias != NULL)
            lanes_load(&b, bias + i, width - i, 0);
        v += b;
        sum += v;
        lanes_store(&v, x + i, width - i);
    }
    mean = lanes_sum(&sum) / (float)width;
    for (size_t i = 0; i < width; i += LANES) {
        lanes v;

        lanes_load(&v, x + i, width - i, mean);
        v -= mean;
        square += v * v;
    }
    scale = 1.0F / sqrtf(lanes_sum(&square) / (float)width + norm->eps);
    for (size_t i = 0; i < width; i++)
        x[i] = (x[i] - mean) * scale * norm->gain[i] + norm->shift[i];
}

INLINE void
rows_gelu(float *x, size_t rows, size_t width, const float *bias)
{
    for (size_t i = 0; i < rows; i++)
        row_gelu(x + i * width, width, bias);
}

INLINE void
rows_softmax(float *x, size_t rows, size_t width)
{
    for (size_t i = 0; i < rows; i++)
        row_softmax(x + i * width, width);
}

INLINE void
rows_layernorm(float *x, size_t rows, size_t width, const float *bias,
               const struct vecmath_norm *norm)
{
    for (size_t i = 0; i < rows; i++)
        row_layernorm(x + i * width, width, bias, norm);
}

#if defined(__x86_64__) && defined(__GNUC__)
#define FAST __attribute__((target("avx2,fma")))

FAST static void
fast_gelu(float *x, size_t rows, size_t width, const float *bias)
{
    rows_gelu(x, rows, width, bias);
}

FAST static void
fast_softmax(float *x, size_t rows, size_t width)
{
    rows_softmax(x, rows, width);
}

FAST static void
fast_layernorm(float *x, size_t rows, size_t width, const float *bias,
               const struct vecmath_norm *norm)
{
    rows_layernorm(x, rows, width, bias, norm);
}

#define FAST_OR_RETURN(call)                                                                   \
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {                     \
        call;                                                                                  \
        return;                                                                                \
    }
#else
#define FAST_OR_RETURN(call)
#endif

void
vecmath_gelu(float *x, size_t rows, size_t width, const float *bias)
{
    FAST_OR_RETURN(fast_gelu(x, rows, width, bias))
    rows_gelu(x, rows, width, bias);
}

void
vecmath_softmax(float *x, size_t rows, size_t width)
{
    FAST_OR_RETURN(fast_softmax(x, rows, width))
    rows_softmax(x, rows, width);
}

void
vecmath_layernorm(float *x, size_t rows, size_t width, const float *bias,
                  const struct vecmath_norm *norm)
{
    FAST_OR_RETURN(fast_layernorm(x, rows, width, bias, norm))
    rows_layernorm(x, rows, width, bias, norm);
}
