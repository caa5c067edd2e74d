/*
 * extract: files become blocks in their places, or are refused with a reason.
 *
 * Each sample in data/ has its blocks beside it in NAME.blocks: one line per block.
 */
#include "ingest/extract.h"

#include "base/buf.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

static struct str
file_read(struct arena *arena, const char *name)
{
    const char *top = getenv("srcdir");
    FILE *file =
        fopen(str_format(arena, "%s/tests/unit/data/%s", top == NULL ? "." : top, name), "rb");
    struct buf buf;
    char part[4096];

    buf_start(&buf, arena, sizeof part);
    if (file != NULL) {
        for (size_t got; (got = fread(part, 1, sizeof part, file)) > 0;)
            buf_add(&buf, part, got);
        fclose(file);
    }
    return (struct str){file == NULL ? NULL : buf.data, buf.len};
}

/* One line per block: kind, range, [path], text with its line ends visible. */
static const char *
blocks_print(struct arena *arena, const struct document *doc)
{
    static const char *const kinds[] = {"heading", "paragraph", "item", "code", "row"};
    struct buf buf;

    buf_start(&buf, arena, 1024);
    buf_fmt(&buf, "%s: %s\n", doc->type, doc->title);
    for (size_t i = 0; i < doc->count; i++) {
        const struct block *block = &doc->blocks[i];

        buf_fmt(&buf, "%s%.0d %zu-%zu [%s] ", kinds[block->kind], block->level, block->begin,
                block->end, block->heading);
        for (size_t at = block->begin; at < block->end; at++)
            if (doc->text.at[at] == '\n')
                buf_text(&buf, "\\n");
            else if (doc->text.at[at] == '\r')
                buf_text(&buf, "\\r");
            else
                buf_byte(&buf, doc->text.at[at]);
        buf_byte(&buf, '\n');
    }
    return buf.data;
}

static void
test_samples(void)
{
    static const char *const samples[] = {"log.md", "crlf.md", "plain.txt", "page.html",
                                          "latin1.html"};

    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        struct arena *arena = arena_new(4096);
        struct str bytes = file_read(arena, samples[i]);
        struct str wanted = file_read(arena, str_format(arena, "%s.blocks", samples[i]));
        struct document doc;
        struct err err = {0};

        CU_ASSERT_PTR_NOT_NULL(wanted.at);
        if (extract(arena, samples[i], bytes, &doc, &err)) {
            const char *got = blocks_print(arena, &doc);

            CU_ASSERT(str_is(wanted, got));
            if (!str_is(wanted, got))
                printf("%s gives:\n%s", samples[i], got);
        } else {
            CU_FAIL("a sample was refused");
            puts(err.text);
        }
        arena_free(arena);
    }
}

static void
test_refusals(void)
{
    /* clang-format off */
    static const struct { const char *name; struct str bytes; const char *says; } rows[] = {
        {"a.bin",  {"x", 1},                            "not a kind of file"},
        {"a.md",   {"a\0b", 3},                         "binary"},
        {"a.txt",  {"ok \xff", 4},                      "not UTF-8 (byte 3)"},
        {"a.md",   {"\xed\xa0\x80", 3},                 "not UTF-8 (byte 0)"},
        {"a.html", {"<p>\xe5</p>", 8},                  "not UTF-8 (byte 3)"},
        {"a.html", {"<meta charset=utf-8>\xe5", 21},    "not UTF-8"},
        {"a.html", {"<meta charset=klingon>x", 23},     "unknown encoding"},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new(4096);
        struct document doc;
        struct err err = {0};

        CU_ASSERT_FALSE(extract(arena, rows[i].name, rows[i].bytes, &doc, &err));
        CU_ASSERT_EQUAL(err.kind, ERR_MEDIA);
        CU_ASSERT_PTR_NOT_NULL(strstr(err.text, rows[i].says));
        arena_free(arena);
    }
}

static void
test_too_large(void)
{
    struct arena *arena = arena_new(4096);
    struct str bytes = {arena_take(arena, EXTRACT_MOST + 1), EXTRACT_MOST + 1};
    struct document doc;
    struct err err = {0};

    CU_ASSERT_FALSE(extract(arena, "a.txt", bytes, &doc, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_TOO_LARGE);
    arena_free(arena);
}

static void
test_names(void)
{
    static const char *const known[] = {"a.md",  "dir.x/B.MARKDOWN", "README", "x/README.txt",
                                        "i.htm", "I.HTML",           "n.text", "LICENSE"};
    static const char *const unknown[] = {"a.c", "md", "a.md/README2", "a.mdx", "", ".md/x"};

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        CU_ASSERT(extract_knows(known[i]));
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        CU_ASSERT_FALSE(extract_knows(unknown[i]));
}

static void
test_empty(void)
{
    static const char *const names[] = {"a.md", "a.txt", "a.html"};
    static const char *const texts[] = {"", " \n\r\n\t", "\xef\xbb\xbf", "\n"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        for (size_t j = 0; j < sizeof texts / sizeof texts[0]; j++) {
            struct arena *arena = arena_new(4096);
            struct document doc;
            struct err err = {0};

            CU_ASSERT(extract(arena, names[i], str_of(texts[j]), &doc, &err));
            CU_ASSERT_EQUAL(doc.count, 0);
            arena_free(arena);
        }
}

static void
test_deep_html(void)
{
    struct arena *arena = arena_new(4096);
    struct document doc;
    struct err err = {0};
    struct buf buf;

    buf_start(&buf, arena, 1 << 20);
    for (int i = 0; i < 100000; i++)
        buf_text(&buf, "<div>");
    buf_text(&buf, "bottom");
    CU_ASSERT_FALSE(extract(arena, "a.html", (struct str){buf.data, buf.len}, &doc, &err));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "nested too deeply"));
    arena_free(arena);
}

SUITE("extract", {"samples give the blocks written beside them", test_samples},
      {"what cannot be read is refused with a reason", test_refusals},
      {"a file above the cap is refused", test_too_large},
      {"kinds are known by name", test_names}, {"an empty source has no blocks", test_empty},
      {"a page that the parser gives up on is refused whole", test_deep_html});
