/*
 * utf8: text that Postgres takes: valid UTF-8 (RFC 3629) without NUL.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True when all bytes are valid UTF-8; otherwise *bad_out is the offset of the first that is
 * not. */
bool utf8_valid(const char *text, size_t len, size_t *bad_out);

/* The code point at *at, which moves past it; U+FFFD for a bad byte, which moves by one. */
uint32_t utf8_next(const char **at, const char *end);

/* Write a code point (up to 4 bytes) and return its length. */
size_t utf8_put(char *to, uint32_t point);

#endif
