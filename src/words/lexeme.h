/*
 * lexeme: the words of a record, from the binary form of Postgres' tsvector.
 *
 * A count of 32 bits, then for each word its text up to a NUL, the number of its places in 16
 * bits and the places (tsvectorsend() in the server's source).
 */
#ifndef WORDS_LEXEME_H
#define WORDS_LEXEME_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct lexeme {
    struct str text;
    uint32_t often; /* how many places it has; at least 1 */
};

struct lexeme_reader {
    const unsigned char *at, *end;
    uint32_t left;
    bool broken;
};

void lexeme_start(struct lexeme_reader *reader, struct str bytes);

/* The next word, in the order of their bytes; false at the end, and where something is
   broken. */
bool lexeme_next(struct lexeme_reader *reader, struct lexeme *lexeme);

#endif
