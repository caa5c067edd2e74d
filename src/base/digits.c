/*
 * digits: numbers as decimal text, without printf and its locale, for what is written most.
 *
 * A float keeps 6 decimal digits (a subnormal one fewer) and needs at most 9.  Up to 10^22
 * powers of ten are exact doubles, so m / 10^k is the double nearest to that decimal number; it
 * rounds to the same float as the decimal does unless it lies exactly between two floats, which
 * is left to strtof().
 */
#include "base/digits.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POINT_MOST  13 /* digits before the point, without an exponent */
#define POINT_LEAST (-5)

/* A positive number: `digits` of them, the first one standing for 10^power. */
struct decimal {
    char digits[24];
    int count;
    int power;
};

size_t
digits_long(char text[DIGITS_ROOM], long value)
{
    char back[DIGITS_ROOM];
    unsigned long rest = value < 0 ? 0UL - (unsigned long)value : (unsigned long)value;
    size_t len = 0, at = 0;

    do {
        back[len++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0)
        back[len++] = '-';
    while (len > 0)
        text[at++] = back[--len];
    text[at] = '\0';
    return at;
}

void
digits_pad(char *text, unsigned value, int width)
{
    for (int i = width - 1; i >= 0; i--, value /= 10)
        text[i] = (char)('0' + value % 10);
}

static void
decimal_set(struct decimal *decimal, long mantissa, int power)
{
    char text[DIGITS_ROOM];
    int count = (int)digits_long(text, mantissa);

    while (count > 1 && text[count - 1] == '0')
        count--;
    memcpy(decimal->digits, text, (size_t)count);
    decimal->count = count;
    decimal->power = power;
}

/* From "d.ddde+xx", which %e writes. */
static void
decimal_parse(struct decimal *decimal, const char *text)
{
    decimal->count = 0;
    for (; *text != 'e'; text++)
        if (*text != '.')
            decimal->digits[decimal->count++] = *text;
    decimal->power = (int)strtol(text + 1, NULL, 10);
    while (decimal->count > 1 && decimal->digits[decimal->count - 1] == '0')
        decimal->count--;
}

static void
decimal_by_printf(struct decimal *decimal, double value, int least, int most, bool single)
{
    char text[DIGITS_ROOM];

    for (int digits = least; digits <= most; digits++) {
        snprintf(text, sizeof text, "%.*e", digits - 1, value);
        if (single ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value)
            break;
    }
    decimal_parse(decimal, text);
}

/* Halfway between two floats: the 29 bits that a float lacks are 100...0. */
static bool
between_floats(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    return (bits & 0x1FFFFFFF) == 0x10000000;
}

static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                              1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                              1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* Values from 1e-5 to 1e9, where all scaling is by exact powers of ten. */
static bool
decimal_quick(struct decimal *decimal, float value)
{
    int power = POINT_LEAST;

    if (value < 1e-5F || value >= 1e9F)
        return false;
    while (power < 8 &&
           (double)value >= (power < -1 ? 1.0 / tens[-power - 1] : tens[power + 1]))
        power++;
    for (int digits = 6; digits <= 9; digits++) {
        int scale = digits - 1 - power;
        double exact = scale < 0 ? (double)value / tens[-scale] : (double)value * tens[scale];
        long mantissa = lround(exact);
        double back =
            scale < 0 ? (double)mantissa * tens[-scale] : (double)mantissa / tens[scale];

        if ((double)mantissa >= tens[digits] || (double)mantissa < tens[digits - 1])
            continue;
        if (between_floats(back))
            return false;
        if ((float)back == value)
            return decimal_set(decimal, mantissa, power), true;
    }
    return false;
}

static char *
put(char *to, const char *bytes, int count)
{
    memcpy(to, bytes, (size_t)count);
    return to + count;
}

static char *
put_zeros(char *to, int count)
{
    memset(to, '0', (size_t)count);
    return to + count;
}

/* 1.25e-7, 1e30 */
static char *
write_exponent(char *to, const struct decimal *decimal)
{
    to = put(to, decimal->digits, 1);
    if (decimal->count > 1) {
        *to++ = '.';
        to = put(to, decimal->digits + 1, decimal->count - 1);
    }
    *to++ = 'e';
    return to + digits_long(to, decimal->power);
}

/* 0.00125, 12.5, 1200.0 */
static char *
write_plain(char *to, const struct decimal *decimal)
{
    int before = decimal->power + 1;

    if (before <= 0) {
        to = put_zeros(put(to, "0.", 2), -before);
        return put(to, decimal->digits, decimal->count);
    }
    if (before >= decimal->count) {
        to = put_zeros(put(to, decimal->digits, decimal->count), before - decimal->count);
        return put(to, ".0", 2);
    }
    to = put(to, decimal->digits, before);
    *to++ = '.';
    return put(to, decimal->digits + before, decimal->count - before);
}

static size_t
write_decimal(char *text, bool negative, const struct decimal *decimal, int most)
{
    char *to = text;

    if (negative)
        *to++ = '-';
    if (decimal->power >= POINT_LEAST && decimal->power < most)
        to = write_plain(to, decimal);
    else
        to = write_exponent(to, decimal);
    *to = '\0';
    return (size_t)(to - text);
}

size_t
digits_float(char text[DIGITS_ROOM], float value)
{
    struct decimal decimal = {.digits = "0", .count = 1};
    float size = fabsf(value);

    assert(isfinite(value));
    if (size > 0 && !decimal_quick(&decimal, size))
        decimal_by_printf(&decimal, (double)size, size < FLT_MIN ? 1 : 6, 9, true);
    return write_decimal(text, signbit(value) != 0, &decimal, POINT_MOST);
}

size_t
digits_double(char text[DIGITS_ROOM], double value)
{
    struct decimal decimal = {.digits = "0", .count = 1};
    double size = fabs(value);

    assert(isfinite(value));
    if (size > 0)
        decimal_by_printf(&decimal, size, size < DBL_MIN ? 1 : 15, 17, false);
    return write_decimal(text, signbit(value) != 0, &decimal, POINT_MOST + 3);
}
