/*
 * posting: the postings of one word, packed as they are stored.
 *
 * Each is a record's number, how often the word stands there and how many words the record has.
 * In the order of the records' numbers:
 *
 *     varint  (number - the one before, at first 0) * 4 + min(often, 4) - 1
 *     varint  often - 4, only when often is 4 or more
 *     varint  the record's words
 *
 * A varint is 7 bits a byte, lowest first, the top bit set on all bytes but its last
 * (Protocol Buffers, Encoding).  A text of seventy words comes to about 2.5 bytes a posting.
 */
#ifndef WORDS_POSTING_H
#define WORDS_POSTING_H

#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

#define POSTING_SEQ_MAX (INT64_MAX >> 2)

struct posting {
    int64_t seq;    /* the record's number, 1 .. POSTING_SEQ_MAX */
    uint32_t often; /* 1 .. INT32_MAX */
    uint32_t len;   /* the same */
};

/* Writes at the end of a buffer of its own. */
struct posting_writer {
    struct buf *bytes;
    int64_t last; /* 0: nothing was written */
};

/* `seq` must be above the one before. */
void posting_put(struct posting_writer *writer, const struct posting *posting);

struct posting_reader {
    const unsigned char *at, *end;
    int64_t last;
    bool broken; /* what is read was never written so */
};

void posting_start(struct posting_reader *reader, struct str bytes);

/* The next one; false at the end, and where something is broken. */
bool posting_next(struct posting_reader *reader, struct posting *posting);

#endif
