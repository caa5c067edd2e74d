/*
 * quote: quotations are found with their place, whatever blanks they were copied with.
 */
#include "llm/quote.h"

#include "suite.h"

#include <string.h>

static struct arena *arena;

static void
finds(const char *text, const char *quote, long start, long stop)
{
    struct quote_text ready;
    long got[2] = {-1, -1};

    quote_prepare(arena, str_of(text), &ready);
    CU_ASSERT_EQUAL(quote_find(arena, &ready, str_of(quote), &got[0], &got[1]), start >= 0);
    if (start < 0)
        return;
    CU_ASSERT_EQUAL(got[0], start);
    CU_ASSERT_EQUAL(got[1], stop);
}

static void
places(void)
{
    arena = arena_new(1024);
    finds("Ada met Bob.", "Ada", 0, 3);
    finds("Ada met Bob.", "Bob.", 8, 12);
    finds("Édith and Zoë.", "Zoë", 10, 13);
    finds("  Ada\n\t met  Bob", "Ada met Bob", 2, 16);
    finds("a\xc2\xa0"
          "b c",
          " a b \n", 0, 3);
    finds("Ada met Bob.", "ada", -1, 0);
    finds("Ada met Bob.", "Ada, met", -1, 0);
    finds("Ada met Bob.", "", -1, 0);
    finds("Ada met Bob.", " \n ", -1, 0);
    finds("", "x", -1, 0);
    finds(" ", "x", -1, 0);
    arena_free(arena);
}

static void
within(void)
{
    long all[2] = {4, 12}, less[2] = {4, 11}, start, stop;
    struct quote_text ready;

    arena = arena_new(1024);
    quote_prepare(arena, STR("Bob saw Bob."), &ready);
    CU_ASSERT_TRUE(quote_find_within(arena, &ready, STR("Bob"), all, &start, &stop));
    CU_ASSERT_EQUAL(start, 8);
    CU_ASSERT_EQUAL(stop, 11);
    CU_ASSERT_FALSE(quote_find_within(arena, &ready, STR("Bob."), less, &start, &stop));
    arena_free(arena);
}

static void
cuts(void)
{
    CU_ASSERT_TRUE(str_is(quote_cut(STR("abc"), 9), "abc"));
    CU_ASSERT_TRUE(str_is(quote_cut(STR("abc"), 2), "ab"));
    CU_ASSERT_TRUE(str_is(quote_cut(STR("a\xc3\xa9"
                                        "b"),
                                    2),
                          "a"));
    CU_ASSERT_EQUAL(quote_cut(STR("\xc3\xa9"), 1).len, 0);
}

SUITE("quote", {"a quotation has its place in code points", places},
      {"it is looked for in a part of the text", within},
      {"cutting keeps code points whole", cuts});
