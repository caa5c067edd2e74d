/*
 * pattern: regular expressions of Rust's dialect in the words of Postgres, or a reason why not.
 *
 * tests/it/chroma_find.py proves on a server that they find the same.
 */
#include "chroma/pattern.h"
#include "suite.h"

#include <string.h>

static void
test_translated(void)
{
    static const struct {
        const char *from, *to;
    } cases[] = {
        {"", "(?:)"},
        {"abc", "(?:abc)"},
        {"a.b", "(?:a[^\\n]b)"},
        {"(?s)a.b", "(?:a.b)"},
        {"(?s:.).", "(?:(?:.)[^\\n])"},
        {"^a$", "(?:^a$)"},
        {"(?m)^a$", "(?:(?:^|(?<=\\n))a(?:$|(?=\\n)))"},
        {"\\.\\*%", "(?:\\u002E\\u002A\\u0025)"},
        {"a*b+?c{2}d{2,}e{2,3}f?",
         "(?:(?:a){0,}(?:b){1,}(?:c){2,2}(?:d){2,}(?:e){2,3}(?:f){0,1})"},
        {"^*a", "(?:(?:)a)"},
        {"a{0}", "(?:(?:))"},
        {"(a)(?:b)(?<n>c)", "(?:(?:a)(?:b)(?:c))"},
        {"[a-c]", "(?:[a-c])"},
        {"[c-ab-]", NULL},
        {"[a-cb-e&&[^d]]", "(?:[a-ce])"},
        {"[^a]", "(?:[\\u0001-\\u0060b-\xed\x9f\xbf\xee\x80\x80-\xf4\x8f\xbf\xbf])"},
        {"(?i)k", "(?:[Kk\xe2\x84\xaa])"},
        {"(?i)1", "(?:1)"},
        {"[[:digit:]a]", "(?:[0-9a])"},
        {"(?x) a b # c", "(?:ab)"},
        {"a|b|", "(?:a|b|)"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *arena = arena_new(4096);
        struct err err = {.kind = ERR_NONE};
        const char *made = NULL;
        bool ok = pattern_translate(arena, str_of(cases[i].from), &made, &err);

        CU_ASSERT_EQUAL(ok, cases[i].to != NULL);
        if (ok && cases[i].to != NULL && strcmp(made, cases[i].to) != 0) {
            fprintf(stderr, "%s\n  became %s\n  not    %s\n", cases[i].from, made, cases[i].to);
            CU_FAIL("another pattern");
        }
        arena_free(arena);
    }
}

static void
test_refused(void)
{
    static const char *const cases[] = {
        "(?=a)",
        "(?!a)",
        "(?<=a)",
        "(?<!a)",
        "(a)\\1",
        "\\8",
        "*a",
        "a|*",
        "(",
        ")",
        "(a",
        "[",
        "[]",
        "[z-a]",
        "[a-\\d]",
        "[\\b]",
        "a{",
        "a{1",
        "a{,3}",
        "a{3,1}",
        "a{256}",
        "(a{200}){200}",
        "{",
        "\\q",
        "\\Z",
        "\\",
        "\\x",
        "\\xZZ",
        "\\x{110000}",
        "\\x{D800}",
        "\\x{}",
        "\\p{foo}",
        "\\p",
        "\\p{",
        "\\pX",
        "(?z)a",
        "(?)",
        "(?-)a",
        "(?i",
        "(?i)*",
        "(?P<a>x)(?P<a>y)",
        "(?P<1>x)",
        "(?<>x)",
        "(?<a",
        "[a&&b]",
        "\\x00",
        "(?R)a",
        "(?-u)a",
        "\\b{foo}",
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *arena = arena_new(4096);
        struct err err = {.kind = ERR_NONE};
        const char *made;
        bool ok = pattern_translate(arena, str_of(cases[i]), &made, &err);

        if (ok)
            fprintf(stderr, "%s became %s\n", cases[i], made);
        CU_ASSERT(!ok);
        CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
        CU_ASSERT(strncmp(err.text, "Regex syntax errror: ", 21) == 0);
        arena_free(arena);
    }
}

SUITE("pattern", {"each piece is written anew", test_translated},
      {"what would mean something else is refused", test_refused});
