/*
 * vector64: an embedding as Chroma's clients send it: base64 of little-endian float32.
 *
 * A batch of these is most of what a writing client sends: four characters become three bytes
 * by a table, and the bytes of each float are then turned round in place.  Padding is needed,
 * as RFC 4648 asks, and the words of errors are those that the clients' users know.
 */
#include "chroma/vector64.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

#define NO 0x80 /* stands for no value; a value has six bits */

#define EXPONENT UINT32_C(0x7F800000) /* all ones: infinite or not a number */
#define FRACTION UINT32_C(0x007FFFFF)

/* clang-format off */
static const unsigned char values[256] = {
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, 62, NO, NO, NO, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, NO, NO, NO, NO, NO, NO,
    NO, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NO, NO, NO, NO, NO,
    NO, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
    NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
};
/* clang-format on */

static size_t
padding(struct str text)
{
    size_t count = 0;

    while (count < 2 && count < text.len && text.at[text.len - 1 - count] == '=')
        count++;
    return count;
}

/* The first character that is no digit of base64, or the length. */
static size_t
first_wrong(struct str text)
{
    size_t at = 0;

    while (at < text.len && values[(unsigned char)text.at[at]] != NO)
        at++;
    return at;
}

static bool
refuse_symbol(struct str text, size_t at, struct err *err)
{
    return err_set(err, ERR_INPUT, "Invalid base64 string: Invalid symbol %d, offset %zu.",
                   (unsigned char)text.at[at], at);
}

bool
vector64_dims(struct str text, size_t *dims_out, struct err *err)
{
    struct str digits = {text.at, text.len - padding(text)};
    size_t bytes = digits.len * 3 / 4, wrong;

    if (text.len % 4 != 0) {
        wrong = first_wrong(digits);
        if (wrong < digits.len)
            return refuse_symbol(text, wrong, err);
        if (digits.len % 4 == 1)
            return err_set(err, ERR_INPUT, "Invalid base64 string: Invalid input length: %zu",
                           text.len);
        return err_set(err, ERR_INPUT, "Invalid base64 string: Invalid padding");
    }
    *dims_out = bytes / 4;
    if (bytes % 4 == 0)
        return true;
    wrong = first_wrong(digits);
    if (wrong < digits.len)
        return refuse_symbol(text, wrong, err);
    return err_set(err, ERR_INPUT,
                   "Invalid byte length: %zu bytes cannot be converted to f32 values (must be "
                   "divisible by 4)",
                   bytes);
}

/* The three bytes of four digits in the low bits; bit 31 when one is no digit. */
static uint32_t
three_bytes(const unsigned char *at)
{
    uint32_t a = values[at[0]], b = values[at[1]], c = values[at[2]], d = values[at[3]];

    return (a << 18 | b << 12 | c << 6 | d) | ((a | b | c | d) & NO) << 24;
}

/* The last one to four digits, without padding. */
static bool
decode_rest(const unsigned char *at, size_t digits, unsigned char *to)
{
    unsigned char filled[4] = {'A', 'A', 'A', 'A'};
    uint32_t word;

    memcpy(filled, at, digits);
    word = three_bytes(filled);
    for (size_t i = 0; i < digits * 3 / 4; i++)
        to[i] = (unsigned char)(word >> (16 - 8 * i));
    return word >> 31 == 0;
}

static bool
decode(const unsigned char *at, size_t digits, unsigned char *to)
{
    uint32_t bad = 0;

    for (; digits > 4; digits -= 4, at += 4, to += 3) {
        uint32_t word = three_bytes(at);

        bad |= word;
        to[0] = (unsigned char)(word >> 16);
        to[1] = (unsigned char)(word >> 8);
        to[2] = (unsigned char)word;
    }
    return decode_rest(at, digits, to) && bad >> 31 == 0;
}

/* Little-endian to big-endian; false when one is not finite, which *bits_out then is. */
static bool
turn_round(unsigned char *floats, size_t dims, uint32_t *bits_out)
{
    for (size_t i = 0; i < dims; i++) {
        uint32_t bits;

        memcpy(&bits, floats + 4 * i, sizeof bits);
        bits = le32toh(bits);
        if ((bits & EXPONENT) == EXPONENT) {
            *bits_out = bits;
            return false;
        }
        bits = htobe32(bits);
        memcpy(floats + 4 * i, &bits, sizeof bits);
    }
    return true;
}

bool
vector64_read(struct str text, size_t index, unsigned char *floats_be, struct err *err)
{
    size_t digits = text.len - padding(text);
    uint32_t bits = 0;

    if (!decode((const unsigned char *)text.at, digits, floats_be))
        return refuse_symbol(text, first_wrong(text), err);
    if (turn_round(floats_be, digits * 3 / 16, &bits))
        return true;
    return err_set(err, ERR_INPUT, "Non-finite float value at embedding index %zu: %s", index,
                   (bits & FRACTION) != 0 ? "NaN"
                   : bits >> 31 != 0      ? "-inf"
                                          : "inf");
}
