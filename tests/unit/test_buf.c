/*
 * buf: bytes that grow.
 */
#include "base/buf.h"

#include "suite.h"

#include <stdbool.h>
#include <string.h>

static void
test_grows(void)
{
    struct arena *arena = arena_new(256);
    struct buf buf;
    bool same = true;

    buf_start(&buf, arena, 0);
    for (int i = 0; i < 10000; i++) {
        buf_byte(&buf, (char)('a' + i % 26));
        same = same && buf.data[buf.len] == '\0';
    }
    for (int i = 0; i < 10000; i++)
        same = same && buf.data[i] == 'a' + i % 26;
    CU_ASSERT(same);
    CU_ASSERT_EQUAL(buf.len, 10000);
    arena_free(arena);
}

static void
test_formats(void)
{
    struct arena *arena = arena_new(256);
    struct buf buf;

    buf_start(&buf, arena, 4);
    buf_fmt(&buf, "%s-%d", "a text that is longer than the first room was", 7);
    buf_text(&buf, "!");
    buf_add(&buf, NULL, 0);
    CU_ASSERT_STRING_EQUAL(buf.data, "a text that is longer than the first room was-7!");
    CU_ASSERT_EQUAL(buf.len, strlen(buf.data));
    arena_free(arena);
}

static void
test_big_endian(void)
{
    struct arena *arena = arena_new(256);
    struct buf buf;

    buf_start(&buf, arena, 64);
    buf_be16(&buf, 0x0102);
    buf_be32(&buf, 0x03040506);
    buf_be64(&buf, 0x0708090a0b0c0d0e);
    CU_ASSERT_EQUAL(buf.len, 14);
    for (int i = 0; i < 14; i++)
        CU_ASSERT_EQUAL(buf.data[i], i + 1);
    arena_free(arena);
}

static void
test_reserve(void)
{
    struct arena *arena = arena_new(256);
    struct buf buf;

    buf_start(&buf, arena, 8);
    buf_text(&buf, "ab");
    buf_reserve(&buf, 5000);
    CU_ASSERT(buf.room - buf.len > 5000);
    CU_ASSERT_STRING_EQUAL(buf.data, "ab");
    arena_free(arena);
}

SUITE("buf", {"it grows and always ends in a NUL", test_grows},
      {"formatted text of any length fits", test_formats},
      {"integers leave big-endian", test_big_endian},
      {"reserved room is there and keeps what was written", test_reserve});
