/*
 * digits: numbers as decimal text, without printf and its locale, for what is written most.
 *
 * Every function writes a NUL-terminated text and returns its length.
 */
#ifndef BASE_DIGITS_H
#define BASE_DIGITS_H

#include <stddef.h>

#define DIGITS_ROOM 40 /* holds any of the texts below */

size_t digits_long(char text[DIGITS_ROOM], long value);

/* A count of at most `width` digits, with leading zeros; nothing follows it, not even a NUL. */
void digits_pad(char *text, unsigned value, int width);

/*
 * The fewest digits that read back as the same float or double.  A fraction type stays
 * one: 1.0, not 1.  Plain notation from 1e-5 up to 1e13 for floats, as Chroma's clients know
 * it; beyond that an exponent.  The value must be finite.
 */
size_t digits_float(char text[DIGITS_ROOM], float value);
size_t digits_double(char text[DIGITS_ROOM], double value);

#endif
