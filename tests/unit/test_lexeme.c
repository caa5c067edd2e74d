/*
 * lexeme: the binary form of a tsvector is read word by word, and broken ones are told.
 */
#include "words/lexeme.h"

#include "suite.h"

static void
test_words(void)
{
    static const char bytes[] = "\0\0\0\3a\0\0\1\0\1bc\0\0\2\0\2\0\3d\0\0\0";
    static const uint32_t often[] = {1, 2, 1};
    static const char *const texts[] = {"a", "bc", "d"};
    struct lexeme_reader reader;
    struct lexeme lexeme;

    lexeme_start(&reader, (struct str){bytes, sizeof bytes - 1});
    for (size_t i = 0; i < 3; i++) {
        CU_ASSERT_TRUE(lexeme_next(&reader, &lexeme));
        CU_ASSERT_TRUE(str_is(lexeme.text, texts[i]));
        CU_ASSERT_EQUAL(lexeme.often, often[i]);
    }
    CU_ASSERT_FALSE(lexeme_next(&reader, &lexeme));
    CU_ASSERT_FALSE(reader.broken);
}

static void
test_broken(void)
{
    static const struct {
        const char *bytes;
        size_t len;
    } table[] = {
        {"", 0},
        {"\0\0\0", 3},
        {"\0\0\0\1", 4},
        {"\0\0\0\1abc", 7},
        {"\0\0\0\1a\0\0", 7},
        {"\0\0\0\1\0\0\1\0\1", 9},
        {"\0\0\0\1a\0\0\2\0\1", 10},
        {"\xff\xff\xff\xff"
         "a\0\0\1\0\1",
         10},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct lexeme_reader reader;
        struct lexeme lexeme;

        lexeme_start(&reader, (struct str){table[i].bytes, table[i].len});
        while (lexeme_next(&reader, &lexeme))
            continue;
        CU_ASSERT_TRUE(reader.broken);
    }
}

SUITE("lexeme", {"words come with how often they stand there", test_words},
      {"what Postgres never sends is told", test_broken});
