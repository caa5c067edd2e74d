/*
 * wordpiece: a small vocabulary shows each rule; test_embed_reference has the published one.
 */
#include "embed/wordpiece.h"

#include "base/buf.h"

#include "suite.h"

#include <string.h>

#define VOCAB                                                                                  \
    "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\nab\n##b\n##c\n!\n."                             \
    "\n\xe6\x9d\xb1\n\xe4\xba\xac\n"                                                           \
    "el\n##eve\n\xc3\xa9l\ni\nA\n##\n[\nsep\n]\n"
enum {
    PAD,
    UNK,
    CLS,
    SEP,
    MASK,
    A,
    B,
    AB,
    IB,
    IC,
    BANG,
    DOT,
    TO,
    KYO,
    EL,
    IEVE,
    EACUTE,
    I,
    BIGA
};

static const struct wordpiece_rules plain = {true, true, true};

static struct wordpiece *
opened(struct arena *arena, struct wordpiece_rules rules)
{
    struct err err = {.kind = ERR_NONE};
    struct wordpiece *words = NULL;

    CU_ASSERT(wordpiece_open(arena, STR(VOCAB), rules, &words, &err));
    return words;
}

struct row {
    const char *text;
    int32_t ids[8]; /* ends with -1 */
};

static void
check_rows(struct wordpiece_rules rules, const struct row *rows, size_t count)
{
    struct arena *arena = arena_new(4096);
    struct wordpiece *words = opened(arena, rules);

    for (size_t r = 0; r < count; r++) {
        int32_t ids[8];
        size_t want = 0, got = wordpiece_ids(words, str_of(rows[r].text), ids, 8, true);

        while (rows[r].ids[want] >= 0)
            want++;
        if (got != want || memcmp(ids, rows[r].ids, want * sizeof *ids) != 0)
            (void)fprintf(stderr, "row %zu: \"%s\" gives %zu ids\n", r, rows[r].text, got);
        CU_ASSERT(got == want && memcmp(ids, rows[r].ids, want * sizeof *ids) == 0);
    }
    arena_free(arena);
}

static void
test_pieces(void)
{
    static const struct row rows[] = {
        {"", {-1}},         {" \t\r\n ", {-1}},        {"a", {A, -1}},
        {"ab", {AB, -1}},   {"abb", {AB, IB, -1}},     {"abbc a", {AB, IB, IC, A, -1}},
        {"abx", {UNK, -1}}, {"abx ab", {UNK, AB, -1}}, {"a!b..", {A, BANG, B, DOT, DOT, -1}},
        {"?", {UNK, -1}},   {"AB", {AB, -1}},
    };

    check_rows(plain, rows, sizeof rows / sizeof rows[0]);
}

static void
test_unicode(void)
{
    static const struct row rows[] = {
        {"\xe6\x9d\xb1\xe4\xba\xac", {TO, KYO, -1}},
        {"a\xe6\x9d\xb1"
         "b",
         {A, TO, B, -1}},
        {"\xc3\x89l\xc3\xa8v\xc3\xa9", {EL, IEVE, -1}},
        {"e\xcc\x81le\xcc\x80ve\xcc\x81", {EL, IEVE, -1}},
        {"a\xe2\x80\x8b"
         "b",
         {AB, -1}},
        {"a\x01\x7f"
         "b",
         {AB, -1}},
        {"a\xc2\xa0"
         "b",
         {A, B, -1}},
        {"a\xe3\x80\x80"
         "b",
         {A, B, -1}},
        {"a\xef\xbf\xbd"
         "b",
         {AB, -1}},
        {"a\xff\xc3", {A, -1}},
        {"\xc4\xb0", {I, -1}},
        {"\xe1\xbf\xaf", {UNK, -1}}, /* U+1FEF is a grave accent once decomposed */
    };

    check_rows(plain, rows, sizeof rows / sizeof rows[0]);
}

static void
test_specials(void)
{
    static const struct row rows[] = {
        {"a[SEP]b", {A, SEP, B, -1}},       {"[MASK][CLS]", {MASK, CLS, -1}},
        {"[sep]", {20, 21, 22, -1}},        {"[SEP", {20, 21, -1}},
        {"[UNK]a[PAD]", {UNK, A, PAD, -1}},
    };

    check_rows(plain, rows, sizeof rows / sizeof rows[0]);
}

static void
test_rules(void)
{
    static const struct row cased[] = {{"A", {BIGA, -1}}, {"AB", {BIGA, IB, -1}}};
    static const struct row accents[] = {{"\xc3\x89l", {EACUTE, -1}}};
    static const struct row joined[] = {{"\xe6\x9d\xb1\xe4\xba\xac", {UNK, -1}}};
    static const struct row bigab[] = {{"A", {BIGA, -1}}, {"ab", {AB, -1}}};

    check_rows((struct wordpiece_rules){false, false, true}, cased, 1);
    check_rows((struct wordpiece_rules){false, false, true}, bigab, 2);
    check_rows((struct wordpiece_rules){true, false, true}, accents, 1);
    check_rows((struct wordpiece_rules){true, true, false}, joined, 1);
}

static void
test_long_words(void)
{
    struct arena *arena = arena_new(4096);
    struct wordpiece *words = opened(arena, plain);
    char text[1001];
    int32_t ids[128];

    memset(text, 'b', sizeof text);
    CU_ASSERT_EQUAL(wordpiece_ids(words, (struct str){text, 100}, ids, 128, true), 100);
    CU_ASSERT(ids[0] == B && ids[1] == IB && ids[99] == IB);
    CU_ASSERT_EQUAL(wordpiece_ids(words, (struct str){text, 101}, ids, 128, true), 1);
    CU_ASSERT_EQUAL(ids[0], UNK);
    CU_ASSERT_EQUAL(wordpiece_ids(words, (struct str){text, 1001}, ids, 128, true), 1);
    arena_free(arena);
}

static void
test_room(void)
{
    struct arena *arena = arena_new(4096);
    struct wordpiece *words = opened(arena, plain);
    int32_t ids[4] = {-7, -7, -7, -7};
    struct str text = STR("a b a b a b a b a b");

    CU_ASSERT_EQUAL(wordpiece_ids(words, text, ids, 3, true), 10);
    CU_ASSERT(ids[2] == A && ids[3] == -7);
    CU_ASSERT(wordpiece_ids(words, text, ids, 3, false) >= 3);
    CU_ASSERT(wordpiece_ids(words, text, ids, 3, false) < 10);
    arena_free(arena);
}

static void
test_vocabularies(void)
{
    static const char *const bad[] = {"", "a\nb\n", "[UNK]\n[CLS]\n", "[PAD]\n[CLS]\n[SEP]\n"};
    struct arena *arena = arena_new(4096);
    struct wordpiece *words;
    struct err err = {.kind = ERR_NONE};
    int32_t id = -1;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        err.kind = ERR_NONE;
        CU_ASSERT_FALSE(wordpiece_open(arena, str_of(bad[i]), plain, &words, &err));
        CU_ASSERT_EQUAL(err.kind, ERR_INPUT);
    }
    err.kind = ERR_NONE;
    CU_ASSERT(
        wordpiece_open(arena, STR("[UNK]\r\n[CLS]\r\n[SEP]\r\na\r\na"), plain, &words, &err));
    CU_ASSERT_EQUAL(wordpiece_count(words), 5);
    CU_ASSERT_EQUAL(wordpiece_ids(words, STR("a"), &id, 1, true), 1);
    CU_ASSERT_EQUAL(id, 4);
    arena_free(arena);
}

/* What a text is read as, "|" between its words. */
static void
check_words(const char *text, const char *want)
{
    struct arena *arena = arena_new(4096);
    struct wordpiece *words = opened(arena, plain);
    struct str rest = str_of(text), word;
    size_t pieces = 0;
    struct buf got;

    buf_start(&got, arena, 64);
    while (wordpiece_next(&rest, &word)) {
        buf_add(&got, word.at, word.len);
        buf_add(&got, "|", 1);
        pieces += wordpiece_ids(words, word, NULL, 0, true);
    }
    CU_ASSERT(str_is((struct str){got.data, got.len}, want));
    CU_ASSERT_EQUAL(rest.len, 0);
    CU_ASSERT_EQUAL(pieces, wordpiece_ids(words, str_of(text), NULL, 0, true));
    arena_free(arena);
}

static void
test_words(void)
{
    check_words("", "");
    check_words(" \t\n", "");
    check_words("a", "a|");
    check_words("  a b,ab! ", "a|b|,|ab|!|");
    check_words("!?a", "!|?|a|");
    check_words("\xc3\x89\xc2\xa0i\xe3\x80\x80"
                "b",
                "\xc3\x89|i|b|");
    check_words("a\xff"
                "b\xc3",
                "a\xff"
                "b\xc3|");
    check_words("a\xe4\xb8\x80"
                "b",
                "a\xe4\xb8\x80"
                "b|");
}

SUITE("wordpiece", {"the longest piece first; a word not covered is [UNK]", test_pieces},
      {"accents, ideographs, controls and blanks are treated as BERT does", test_unicode},
      {"special tokens written in the text are read as such", test_specials},
      {"case, accents and ideographs follow the model's rules", test_rules},
      {"a word of more than 100 characters is [UNK]", test_long_words},
      {"ids stay in their room, and the count is that of the text", test_room},
      {"a vocabulary needs its special tokens; CRLF and double lines are read",
       test_vocabularies},
      {"words are what stands between blanks and marks, and have the tokens of the text",
       test_words});
