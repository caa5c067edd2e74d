/*
 * posting: packed postings read back as they were written, and broken ones are told.
 */
#include "words/posting.h"

#include "suite.h"

#include <string.h>

#define MANY 20000

static struct str
packed(struct arena *arena, const struct posting *posts, size_t count)
{
    static struct buf buf;
    struct posting_writer writer = {.bytes = &buf};

    buf_start(&buf, arena, 16);
    for (size_t i = 0; i < count; i++)
        posting_put(&writer, &posts[i]);
    return (struct str){buf.data, buf.len};
}

static void
test_round(void)
{
    static const struct posting posts[] = {{1, 1, 1},
                                           {2, 3, 127},
                                           {3, 4, 128},
                                           {200, 5, 16384},
                                           {5000000000, INT32_MAX, INT32_MAX},
                                           {POSTING_SEQ_MAX, 2, 9}};
    struct arena *arena = arena_new(4096);
    struct posting_reader reader;
    struct posting got;

    posting_start(&reader, packed(arena, posts, sizeof posts / sizeof posts[0]));
    for (size_t i = 0; i < sizeof posts / sizeof posts[0]; i++) {
        CU_ASSERT_TRUE(posting_next(&reader, &got));
        CU_ASSERT_EQUAL(memcmp(&got, &posts[i], sizeof got), 0);
    }
    CU_ASSERT_FALSE(posting_next(&reader, &got));
    CU_ASSERT_FALSE(reader.broken);
    arena_free(arena);
}

static void
test_small(void)
{
    struct arena *arena = arena_new(4096);
    struct posting *posts = arena_take(arena, MANY * sizeof *posts);

    for (size_t i = 0; i < MANY; i++)
        posts[i] = (struct posting){(int64_t)i * 20 + 1, i % 9 == 0 ? 2 : 1, 70};
    CU_ASSERT_EQUAL(packed(arena, posts, MANY).len, MANY * 2);
    arena_free(arena);
}

static void
test_broken(void)
{
    static const struct {
        const char *bytes;
        size_t len;
        size_t good; /* postings before what is wrong */
    } table[] = {
        {"\x04", 1, 0},                                              /* no length */
        {"\x04\x01\x08", 3, 1},                                      /* the second has none */
        {"\x04\x80", 2, 0},                                          /* does not end */
        {"\x04\x00", 2, 0},                                          /* no words */
        {"\x00\x01", 2, 0},                                          /* record 0 */
        {"\x04\x01\x00\x01", 4, 1},                                  /* a record twice */
        {"\x07\x80\x80\x80\x80\x08\x01", 7, 0},                      /* too often */
        {"\x04\x80\x80\x80\x80\x08", 6, 0},                          /* too long */
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01", 11, 0},     /* above 63 bits */
        {"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 12, 0}, /* above 64 */
        {"\xfc\xff\xff\xff\xff\xff\xff\xff\x7f\x01\x04\x01", 12, 1}, /* past the last record */
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct posting_reader reader;
        struct posting got;
        size_t good = 0;

        posting_start(&reader, (struct str){table[i].bytes, table[i].len});
        while (posting_next(&reader, &got))
            good++;
        CU_ASSERT_EQUAL(good, table[i].good);
        CU_ASSERT_TRUE(reader.broken);
        CU_ASSERT_FALSE(posting_next(&reader, &got));
    }
}

SUITE("posting", {"what was written is read, to both ends of each number", test_round},
      {"near records and usual lengths take two bytes", test_small},
      {"what was never written so is told", test_broken});
