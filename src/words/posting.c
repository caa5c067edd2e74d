/*
 * posting: the postings of one word, packed as they are stored.
 */
#include "words/posting.h"

#include <assert.h>

#define OFTEN_BITS 2 /* of the first number: 1, 2, 3 times, or 4 and what follows */
#define OFTEN_REST 4
#define BYTE_BITS  7
#define MORE       0x80
#define LAST_SHIFT 63 /* of a number of 64 bits */

static void
put_number(struct buf *buf, uint64_t value)
{
    for (; value >= MORE; value >>= BYTE_BITS)
        buf_byte(buf, (char)(value | MORE));
    buf_byte(buf, (char)value);
}

void
posting_put(struct posting_writer *writer, const struct posting *posting)
{
    uint32_t often = posting->often < OFTEN_REST ? posting->often : OFTEN_REST;

    assert(posting->seq > writer->last && posting->seq <= POSTING_SEQ_MAX);
    assert(posting->often > 0 && posting->len > 0);
    put_number(writer->bytes,
               (uint64_t)(posting->seq - writer->last) << OFTEN_BITS | (often - 1));
    if (often == OFTEN_REST)
        put_number(writer->bytes, posting->often - OFTEN_REST);
    put_number(writer->bytes, posting->len);
    writer->last = posting->seq;
}

void
posting_start(struct posting_reader *reader, struct str bytes)
{
    const unsigned char *at = (const unsigned char *)bytes.at;

    *reader = (struct posting_reader){.at = at, .end = at + bytes.len};
}

/* False when it does not end inside the bytes, or is above `most`. */
static inline bool
take_number(struct posting_reader *reader, uint64_t most, uint64_t *value_out)
{
    uint64_t value = 0;

    for (unsigned shift = 0; reader->at < reader->end && shift <= LAST_SHIFT;
         shift += BYTE_BITS) {
        unsigned char byte = *reader->at++;

        value |= (uint64_t)(byte & (MORE - 1)) << shift;
        if ((byte & MORE) == 0) {
            *value_out = value;
            return value <= most;
        }
    }
    return false;
}

static bool
take(struct posting_reader *reader, struct posting *posting)
{
    uint64_t first = 0, rest = 0, len = 0;
    int64_t step;

    if (!take_number(reader, INT64_MAX, &first))
        return false;
    step = (int64_t)(first >> OFTEN_BITS);
    if ((first & (OFTEN_REST - 1)) == OFTEN_REST - 1 &&
        !take_number(reader, INT32_MAX - OFTEN_REST, &rest))
        return false;
    if (!take_number(reader, INT32_MAX, &len) || len == 0)
        return false;
    if (step == 0 || step > POSTING_SEQ_MAX - reader->last)
        return false;
    reader->last += step;
    *posting = (struct posting){.seq = reader->last,
                                .often = (uint32_t)((first & (OFTEN_REST - 1)) + 1 + rest),
                                .len = (uint32_t)len};
    return true;
}

bool
posting_next(struct posting_reader *reader, struct posting *posting)
{
    if (reader->at == reader->end || reader->broken)
        return false;
    reader->broken = !take(reader, posting);
    return !reader->broken;
}
