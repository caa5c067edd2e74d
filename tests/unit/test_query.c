/*
 * query: operators are read where they are asked for, and any text is a query.
 */
#include "words/query.h"

#include "base/buf.h"
#include "suite.h"

#include <string.h>

/* The clauses as one line: plain words, then each with its sign, "phrase" and prefix*. */
static const char *
said(struct arena *arena, const char *text)
{
    struct query query = query_read(arena, str_of(text));
    struct buf buf;

    buf_start(&buf, arena, 64);
    for (size_t i = 0; i < query.count; i++) {
        const struct query_clause *clause = &query.clauses[i];

        if (i > 0)
            buf_byte(&buf, "?+-"[clause->sign]);
        buf_byte(&buf, clause->is_phrase ? '"' : clause->is_prefix ? '*' : '=');
        buf_add(&buf, clause->text.at, clause->text.len);
        buf_byte(&buf, ' ');
    }
    buf_fmt(&buf, "| %.*s", (int)query.plain.len, query.plain.at);
    buf_byte(&buf, '\0');
    return buf.data;
}

static void
test_operators(void)
{
    static const struct {
        const char *text, *expected;
    } table[] = {
        {"", "= | "},
        {" \t\n", "= | "},
        {"two words", "=two words | two words"},
        {"\"an exact phrase\" more", "=more +\"an exact phrase | an exact phrase more"},
        {"+must -not may", "=may +=must -=not | must may"},
        {"-\"no phrase\" a", "=a -\"no phrase | a"},
        {"+\"a b\"", "= +\"a b | a b"},
        {"pre* +fix* -no*", "= ?*pre +*fix -*no | pre fix"},
        {"a* * ** +", "=a* * ** + | a* * ** +"},
        {"+ -", "=+ - | + -"},
        {"-", "=- | -"},
        {"well-known c++ 1-2", "=well-known c++ 1-2 | well-known c++ 1-2"},
        {"\"open", "= +\"open | open"},
        {"\"\" \" \"", "= | "},
        {"a\"b c\"d", "=a d +\"b c | a b c d"},
        {"--x ++y", "= -=-x +=+y | +y"},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct arena *arena = arena_new(1024);

        CU_ASSERT_STRING_EQUAL(said(arena, table[i].text), table[i].expected);
        arena_free(arena);
    }
}

static void
test_many(void)
{
    struct arena *arena = arena_new(1024);
    struct query query;
    struct buf buf;

    buf_start(&buf, arena, 64);
    for (int i = 0; i < 2 * QUERY_CLAUSES; i++)
        buf_fmt(&buf, "+w%d ", i);
    buf_text(&buf, "-last");
    query = query_read(arena, (struct str){buf.data, buf.len});
    CU_ASSERT_EQUAL(query.count, QUERY_CLAUSES + 1);
    CU_ASSERT_TRUE(str_starts(query.clauses[0].text, "w64 w65"));
    CU_ASSERT_EQUAL(memcmp(query.plain.at, "w0 w1", 5), 0);
    arena_free(arena);
}

static void
test_plain(void)
{
    struct query query = query_plain(STR("+a -\"b\""));

    CU_ASSERT_EQUAL(query.count, 1);
    CU_ASSERT_TRUE(str_is(query.clauses[0].text, "+a -\"b\""));
    CU_ASSERT_EQUAL(query.clauses[0].sign, QUERY_MAY);
    CU_ASSERT_FALSE(query_has_phrases(&query));
}

SUITE("query", {"operators and what only looks like them", test_operators},
      {"more clauses than there is room for are plain words", test_many},
      {"unasked, nothing is an operator", test_plain});
