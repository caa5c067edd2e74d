/*
 * chunk: passages fit the model, lose nothing and always come out the same.
 */
#include "ingest/chunk.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "ingest/extract.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

/* One token per word and two marks: easy to count by hand. */
static size_t
words(void *self, struct str text)
{
    size_t count = 2;

    (void)self;
    for (size_t i = 0; i < text.len; i++)
        count += !document_blank(text.at[i]) && (i == 0 || document_blank(text.at[i - 1]));
    return count;
}

/* One token per code point that is not blank, as for Chinese. */
static size_t
characters(void *self, struct str text)
{
    size_t count = 2;

    (void)self;
    for (const char *at = text.at, *end = text.at + text.len; at < end;) {
        bool blank = document_blank(*at);

        (void)utf8_next(&at, end);
        count += !blank;
    }
    return count;
}

static const struct chunk_rule twenty = {.target = 20, .limit = 34, .tokens = words};

struct cut {
    struct arena *arena;
    struct document doc;
    struct chunk *chunks;
    size_t count;
};

static struct cut
cut(const char *name, struct str text, const struct chunk_rule *rule)
{
    struct cut cut = {.arena = arena_new(4096)};
    struct err err = {0};

    CU_ASSERT(extract(cut.arena, name, text, &cut.doc, &err));
    cut.chunks = chunk_document(cut.arena, &cut.doc, rule, &cut.count);
    return cut;
}

static void
words_add(struct buf *buf, const char *word, int count)
{
    for (int i = 0; i < count; i++)
        buf_fmt(buf, "%s%d ", word, i);
}

static void
check_fits(const struct cut *cut, const struct chunk_rule *rule)
{
    for (size_t i = 0; i < cut->count; i++) {
        const struct chunk *chunk = &cut->chunks[i];
        struct str input = chunk_input(cut->arena, chunk);
        size_t bad;

        CU_ASSERT(rule->tokens(rule->self, input) <= rule->limit);
        CU_ASSERT(chunk->text.len <= CHUNK_TOKEN_BYTES * rule->limit);
        CU_ASSERT_EQUAL(chunk->ordinal, i);
        CU_ASSERT_PTR_EQUAL(chunk->text.at, cut->doc.text.at + chunk->begin);
        CU_ASSERT_EQUAL(chunk->text.len, chunk->end - chunk->begin);
        CU_ASSERT(chunk->text.len > 0 && utf8_valid(chunk->text.at, chunk->text.len, &bad));
        CU_ASSERT(i == 0 || (chunk->begin > chunk[-1].begin && chunk->end > chunk[-1].end));
    }
}

/* The first byte that is not blank and in no chunk, or the length. */
static size_t
first_lost(const struct cut *cut)
{
    size_t at = extract_bom(cut->doc.text);

    for (size_t i = 0; i <= cut->count; i++) {
        size_t until = i < cut->count ? cut->chunks[i].begin : cut->doc.text.len;

        for (; at < until; at++)
            if (!document_blank(cut->doc.text.at[at]))
                return at;
        if (i < cut->count && cut->chunks[i].end > at)
            at = cut->chunks[i].end;
    }
    return at;
}

/* Passage j is "heading|context|text", or not there when `wanted` is NULL. */
static void
check_passage(const struct cut *got, size_t j, const char *wanted)
{
    const struct chunk *chunk = &got->chunks[j];
    const char *says = "nothing";

    if (j < got->count)
        says = str_format(got->arena, "%s|%s|%.*s", chunk->heading, chunk->context,
                          (int)chunk->text.len, chunk->text.at);
    wanted = wanted == NULL ? "nothing" : wanted;
    CU_ASSERT_STRING_EQUAL(says, wanted);
    if (strcmp(says, wanted) != 0)
        printf("\npassage %zu is %s\n", j, says);
}

static void
test_cuts(void)
{
    /* clang-format off */
    static const struct {
        const char *name, *text;
        const char *passages[5]; /* "heading path|context|text" */
    } rows[] = {
        {"a.md", "# A\n\nx y\n\nz\n\n## B\n\nw\n",
            {"A||# A\n\nx y\n\nz", "A > B|A|## B\n\nw"}},
        {"a.md", "# A\n\n## B\n\nw\n\n## C\n",
            {"A > B||# A\n\n## B\n\nw", "A > C|A|## C"}},
        {"a.md", "# A\n\none two three four five six seven eight nine ten eleven. Twelve p q r s t u.\n",
            {"A||# A\n\none two three four five six seven eight nine ten eleven. Twelve p q r s t u."}},
        {"a.txt", "1 2 3 4 5 6 7 8 9 10 11 12.\n\n1 2 3 4 5 6 7 8 9 10 11 12.\n\n",
            {"||1 2 3 4 5 6 7 8 9 10 11 12.", "||1 2 3 4 5 6 7 8 9 10 11 12."}},
        {"a.txt", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16.\n\na b c d.\n\n", /* a short tail joins */
            {"||1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16.\n\na b c d."}},
        {"a.txt", "1 2 3 4 5 6 7 8 9 10 11 12 13 14. Next 2 3. Then 2 3 4 5 6 7.", /* one again */
            {"||1 2 3 4 5 6 7 8 9 10 11 12 13 14. Next 2 3.", "||Next 2 3. Then 2 3 4 5 6 7."}},
        {"a.md", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18\n\n| h | i |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n",
            {"||1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18", "||| h | i |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |"}},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct cut got = cut(rows[i].name, str_of(rows[i].text), &twenty);

        for (size_t j = 0; j < 5; j++)
            check_passage(&got, j, rows[i].passages[j]);
        check_fits(&got, &twenty);
        arena_free(got.arena);
    }
}

static void
test_nothing_lost(void)
{
    static const char *const names[] = {"a.txt", "a.md"};
    struct arena *arena = arena_new(4096);
    struct buf buf;

    buf_start(&buf, arena, 65536);
    words_add(&buf, "long", 400);
    buf_text(&buf, "end. Second sentence! Is it? \"Yes.\" He said e.g. this.\r\n\r\n");
    for (int i = 0; i < 5000; i++)
        buf_text(&buf, "base64==");
    buf_text(&buf, "\n\n");
    for (int i = 0; i < 300; i++)
        buf_text(&buf, "\xe6\xb0\xb4\xe3\x81\xae");
    buf_text(&buf, "\xe3\x80\x82\xe7\x94\xa8\n\n    code line\n\n# H\n\n- item\n\n");
    for (int i = 0; i < 100; i++)
        buf_fmt(&buf, "    int line_%d = %d;\n", i, i);
    words_add(&buf, "last", 3);
    for (size_t i = 0; i < 2; i++) {
        struct chunk_rule rules[] = {twenty, {20, 34, characters, NULL}, chunk_rule_words()};

        for (size_t j = 0; j < 3; j++) {
            struct cut got = cut(names[i], (struct str){buf.data, buf.len}, &rules[j]);

            CU_ASSERT_EQUAL(first_lost(&got), got.doc.text.len);
            check_fits(&got, &rules[j]);
            arena_free(got.arena);
        }
    }
    arena_free(arena);
}

static void
test_overlap(void)
{
    struct arena *arena = arena_new(4096);
    struct chunk_rule rule = {.target = 100, .limit = 120, .tokens = words};
    struct cut got;
    struct buf buf;

    buf_start(&buf, arena, 4096);
    words_add(&buf, "w", 500);
    got = cut("a.txt", (struct str){buf.data, buf.len}, &rule);
    CU_ASSERT(got.count >= 5 && got.count <= 7);
    for (size_t i = 1; i < got.count; i++) {
        struct str again = {got.doc.text.at + got.chunks[i].begin,
                            got.chunks[i - 1].end - got.chunks[i].begin};

        CU_ASSERT(got.chunks[i].begin < got.chunks[i - 1].end);
        CU_ASSERT(words(NULL, again) - 2 >= 10 && words(NULL, again) - 2 <= 15);
    }
    arena_free(got.arena);
    arena_free(arena);
}

static void
test_same_again(void)
{
    struct str text = STR("# A\n\nsome text here\n\n## B\n\nmore text there\n");
    struct cut one = cut("a.md", text, &twenty), two = cut("a.md", text, &twenty);

    CU_ASSERT_EQUAL(one.count, 2);
    CU_ASSERT_EQUAL(one.count, two.count);
    for (size_t i = 0; i < one.count && i < two.count; i++)
        CU_ASSERT_STRING_EQUAL(one.chunks[i].hash, two.chunks[i].hash);
    CU_ASSERT_STRING_NOT_EQUAL(one.chunks[0].hash, one.chunks[1].hash);
    arena_free(one.arena);
    arena_free(two.arena);
}

/* What stands above is embedded, so a renamed chapter gives its passages another hash. */
static void
test_hash_of_input(void)
{
    struct cut one = cut("a.md", STR("# A\n\ntext\n\n## B\n\nmore\n"), &twenty);
    struct cut two = cut("a.md", STR("# Z\n\ntext\n\n## B\n\nmore\n"), &twenty);

    CU_ASSERT(str_same(one.chunks[1].text, two.chunks[1].text));
    CU_ASSERT_STRING_NOT_EQUAL(one.chunks[1].hash, two.chunks[1].hash);
    CU_ASSERT(str_is(chunk_input(one.arena, &one.chunks[1]), "A\n## B\n\nmore"));
    arena_free(one.arena);
    arena_free(two.arena);
}

static void
test_long_heading(void)
{
    struct arena *arena = arena_new(4096);
    struct buf buf;
    struct cut got;

    buf_start(&buf, arena, 4096);
    buf_text(&buf, "# ");
    words_add(&buf, "heading", 60);
    buf_text(&buf, "\n\ntext below\n\n## Next\n\nmore\n");
    got = cut("a.md", (struct str){buf.data, buf.len}, &twenty);
    CU_ASSERT_EQUAL(first_lost(&got), got.doc.text.len);
    check_fits(&got, &twenty);
    CU_ASSERT_STRING_EQUAL(got.chunks[got.count - 1].context, "");
    arena_free(got.arena);
    arena_free(arena);
}

/* Bytes that no passage shows, as a comment, may lie between two that would fit together. */
static void
test_gap(void)
{
    struct arena *arena = arena_new(4096);
    struct buf buf;
    struct cut got;

    buf_start(&buf, arena, 4096);
    buf_text(&buf, "one\n\n<!-- ");
    words_add(&buf, "hidden", 60);
    buf_text(&buf, "-->\n\ntwo\n");
    got = cut("a.md", (struct str){buf.data, buf.len}, &twenty);
    CU_ASSERT_EQUAL(got.count, 2);
    CU_ASSERT(str_is(got.chunks[0].text, "one"));
    check_fits(&got, &twenty);
    arena_free(got.arena);
    arena_free(arena);
}

SUITE("chunk", {"cuts are made where they are liked best", test_cuts},
      {"no byte of a text is lost and no passage is too long", test_nothing_lost},
      {"passages overlap inside a long paragraph by about 15 percent", test_overlap},
      {"the same document gives the same chunks", test_same_again},
      {"the hash is of what is embedded", test_hash_of_input},
      {"a heading too long for a name is text", test_long_heading},
      {"what lies between blocks counts too", test_gap});
