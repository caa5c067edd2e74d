/*
 * scan_number: the numbers of JSON (RFC 8259, section 6), read exactly.
 *
 * Embeddings are thousands of numbers of 8 to 20 digits.  The first 19 digits fit an integer,
 * and the product with a power of ten in double arithmetic is off by less than TOLERANCE units
 * in the last place.  That decides the nearest float unless the product lies within TOLERANCE
 * of the middle between two floats, which happens to about one number in thirty million: those,
 * and the very small, go to strtof(), which is exact for any text.
 * The process keeps the "C" locale (no setlocale() anywhere), so strtof() reads a point.
 */
#include "base/scan_part.h"

#include <endian.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define EACH_BYTE(b) (0x0101010101010101u * (b))

#define DIGITS_MAX 19 /* 10^19 - 1 < 2^64 */
#define POWER_MAX  22 /* 10^22 is the last power of ten that a double holds exactly */
#define TOLERANCE  8

/* A double has 29 bits more than a float; half of a float's last place is the highest of them.
 */
#define SPARE_BITS 29
#define SPARE_MASK ((UINT64_C(1) << SPARE_BITS) - 1)
#define MIDDLE     (UINT64_C(1) << (SPARE_BITS - 1))

static const double powers[POWER_MAX + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                             1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                             1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static bool
is_digit(const struct scan *scan)
{
    return scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9';
}

/* The value of eight digits at once, or false when there are not eight: pairs, then fours, then
   all are joined by multiplications inside one word. */
static bool
eight_digits(const struct scan *scan, uint64_t *value)
{
    uint64_t word;

    if (scan->end - scan->at < 8)
        return false;
    memcpy(&word, scan->at, sizeof word);
    word = le64toh(word) - EACH_BYTE('0');
    if (((word | (word + EACH_BYTE(0x76u))) & EACH_BYTE(0x80u)) != 0)
        return false;
    word = (word * 10 + (word >> 8)) & UINT64_C(0x00FF00FF00FF00FF);
    word = (word * 100 + (word >> 16)) & UINT64_C(0x0000FFFF0000FFFF);
    *value = (word * 10000 + (word >> 32)) & UINT64_C(0xFFFFFFFF);
    return true;
}

/* Digits into the mantissa while there is room; returns how many were left out. */
static int
digits(struct scan *scan, struct scan_number *number, int *significant)
{
    uint64_t mantissa = number->mantissa;
    int used = *significant, dropped = 0;
    uint64_t eight;

    /* Not over leading zeros: the count of significant digits must stay right. */
    while (used + 8 <= DIGITS_MAX && (used > 0 || (is_digit(scan) && *scan->at != '0')) &&
           eight_digits(scan, &eight)) {
        mantissa = mantissa * 100000000 + eight;
        used += 8;
        scan->at += 8;
    }
    for (; is_digit(scan); scan->at++) {
        unsigned digit = (unsigned)(*scan->at - '0');

        if (used < DIGITS_MAX) {
            mantissa = mantissa * 10 + digit;
            used += mantissa != 0; /* leading zeros do not count */
        } else {
            number->exact = number->exact && digit == 0;
            dropped++;
        }
    }
    number->mantissa = mantissa;
    *significant = used;
    return dropped;
}

static bool
need_digit(struct scan *scan)
{
    return is_digit(scan) ||
           scan_part_syntax(scan, scan->at,
                            scan->at == scan->end ? "the text ends inside a number"
                                                  : "a digit is expected");
}

/* After 'e': far more than any double has is as good as what was written. */
static bool
exponent(struct scan *scan, struct scan_number *number)
{
    bool negative = false;
    int value = 0;

    scan->at++;
    if (scan->at < scan->end && (*scan->at == '-' || *scan->at == '+'))
        negative = *scan->at++ == '-';
    if (!need_digit(scan))
        return false;
    for (; is_digit(scan); scan->at++)
        if (value < 100000)
            value = value * 10 + (*scan->at - '0');
    number->exponent += negative ? -value : value;
    return true;
}

static bool
fraction(struct scan *scan, struct scan_number *number, int *significant)
{
    const char *begin = ++scan->at;
    int dropped;

    if (!need_digit(scan))
        return false;
    dropped = digits(scan, number, significant);
    number->exponent -= (int)(scan->at - begin) - dropped;
    return true;
}

bool
scan_number_read(struct scan *scan, struct scan_number *number)
{
    const char *begin = scan->at;
    int significant = 0;

    memset(number, 0, sizeof *number);
    number->exact = number->whole = true;
    if (*scan->at == '-') {
        number->negative = true;
        scan->at++;
        if (!need_digit(scan))
            return false;
    }
    if (*scan->at == '0') {
        scan->at++;
        if (is_digit(scan))
            return scan_part_syntax(scan, scan->at, "a number may not begin with 0");
    } else {
        number->exponent = digits(scan, number, &significant);
    }
    if (scan->at < scan->end && *scan->at == '.') {
        number->whole = false;
        if (!fraction(scan, number, &significant))
            return false;
    }
    if (scan->at < scan->end && (*scan->at | 0x20) == 'e') {
        number->whole = false;
        if (!exponent(scan, number))
            return false;
    }
    number->text = (struct str){begin, (size_t)(scan->at - begin)};
    return true;
}

bool
scan_number_to_double(struct scan *scan, const struct scan_number *number, double *value)
{
    int e = number->exponent;

    if (number->exact && number->mantissa <= UINT64_C(1) << 53 && abs(e) <= POWER_MAX) {
        double m = (double)number->mantissa;

        m = e < 0 ? m / powers[-e] : m * powers[e];
        *value = number->negative ? -m : m;
        return true;
    }
    *value = strtod(str_copy(scan->arena, number->text), NULL);
    return isfinite(*value);
}

/* mantissa * 10^exponent within TOLERANCE; false when two steps do not reach the exponent. */
static bool
nearly(const struct scan_number *number, double *value)
{
    double m = (double)number->mantissa;
    int e = number->exponent;

    if (abs(e) > 2 * POWER_MAX)
        return false;
    if (e < -POWER_MAX) {
        m /= powers[POWER_MAX];
        e += POWER_MAX;
    } else if (e > POWER_MAX) {
        m *= powers[POWER_MAX];
        e -= POWER_MAX;
    }
    *value = e < 0 ? m / powers[-e] : m * powers[e];
    return true;
}

/* True when all doubles within TOLERANCE of `near` have the same nearest float. */
static bool
is_decided(double near)
{
    uint64_t bits;

    if (near < FLT_MIN * 2 || near > FLT_MAX / 2)
        return near == 0;
    memcpy(&bits, &near, sizeof bits);
    return (bits & SPARE_MASK) - (MIDDLE - TOLERANCE) > 2 * TOLERANCE;
}

bool
scan_number_to_float(struct scan *scan, const struct scan_number *number, float *value)
{
    double near;

    if (nearly(number, &near) && is_decided(near)) {
        *value = (float)(number->negative ? -near : near);
        return true;
    }
    *value = strtof(str_copy(scan->arena, number->text), NULL);
    return isfinite(*value);
}
