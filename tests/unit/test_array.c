/*
 * array: the bytes that Postgres receives for text[], jsonb[] and vector[].
 */
#include "base/clock.h"
#include "db/pipe.h"

#include "fake_pq.h"
#include "suite.h"

#include <string.h>

/* Sends the array as the one parameter of a statement and compares its first bytes. */
static void
check(enum array_kind kind, void (*fill)(struct array *), const char *bytes, int len)
{
    struct arena *arena = arena_new(4096);
    struct conn *conn = conn_new("host=db", "test");
    struct pipe *pipe = pipe_new(conn, arena, NULL);
    struct array *array = array_new(pipe, kind);
    struct err err = {.kind = ERR_NONE};

    fake_reset();
    fill(array);
    call_array(pipe_add(pipe, STMT_key_revoke), array);
    CU_ASSERT_TRUE(pipe_run(pipe, clock_us() + 1000000, &err));
    CU_ASSERT_EQUAL(fake.formats[0], 1);
    CU_ASSERT_EQUAL(fake.lengths[0], len);
    CU_ASSERT_EQUAL(memcmp(fake.first_bytes[0], bytes, (size_t)(len < 32 ? len : 32)), 0);
    conn_free(conn);
    arena_free(arena);
}

static void
fill_nothing(struct array *array)
{
    (void)array;
}

static void
fill_texts(struct array *array)
{
    array_str(array, STR("ab"));
    array_str(array, (struct str){NULL, 0});
    array_str(array, STR(""));
}

static void
fill_json(struct array *array)
{
    array_str(array, STR("{}"));
}

static void
fill_vector(struct array *array)
{
    array_vector(array, "\x3f\x80\0\0", 1); /* 1.0 */
    array_null(array);
}

static void
test_bytes(void)
{
    check(ARRAY_TEXT, fill_nothing, "\0\0\0\0\0\0\0\0\0\0\0\x19", 12);
    check(ARRAY_TEXT, fill_texts,
          "\0\0\0\1\0\0\0\1\0\0\0\x19\0\0\0\3\0\0\0\1"
          "\0\0\0\2ab\xff\xff\xff\xff\0\0\0\0",
          20 + 6 + 4 + 4);
    check(ARRAY_JSONB, fill_json, "\0\0\0\1\0\0\0\0\0\0\x0e\xda\0\0\0\1\0\0\0\1\0\0\0\3\1{}",
          20 + 7);
    check(ARRAY_VECTOR, fill_vector,
          "\0\0\0\1\0\0\0\1\0\0\x40\x74\0\0\0\2\0\0\0\1\0\0\0\x8\0\1\0\0\x3f\x80\0\0",
          20 + 12 + 4);
}

static void
fill_numbers(struct array *array)
{
    array_long(array, 1);
    array_long(array, -2);
}

static void
fill_doubles(struct array *array)
{
    array_double(array, 1);
}

static void
fill_bytes(struct array *array)
{
    array_bytes(array, "a\0b", 3);
}

static void
test_numbers(void)
{
    check(ARRAY_LONG, fill_numbers,
          "\0\0\0\1\0\0\0\0\0\0\0\x14\0\0\0\2\0\0\0\1\0\0\0\10\0\0\0\0\0\0\0\1", 44);
    check(ARRAY_DOUBLE, fill_doubles,
          "\0\0\0\1\0\0\0\0\0\0\2\xbd\0\0\0\1\0\0\0\1\0\0\0\10\x3f\xf0\0\0\0\0\0\0", 32);
    check(ARRAY_BYTES, fill_bytes, "\0\0\0\1\0\0\0\0\0\0\0\x11\0\0\0\1\0\0\0\1\0\0\0\3a\0b",
          27);
}

SUITE("array", {"each kind has the header, lengths and nulls of array_recv()", test_bytes},
      {"numbers and bytes too", test_numbers});
