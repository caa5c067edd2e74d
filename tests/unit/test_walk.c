/*
 * walk: the right files, sorted, and nothing from outside the tree.
 */
#include "ingest/walk.h"

#include "base/buf.h"
#include "folder.h"
#include "suite.h"

static const char *
walked(struct arena *arena, const struct walk_rule *rule, struct walk *walk)
{
    struct err err = {0};
    struct buf buf;

    buf_start(&buf, arena, 256);
    if (!walk_paths(arena, rule, walk, &err))
        return err.text[0] == '\0' ? "" : arena_strdup(arena, err.text);
    for (size_t i = 0; i < walk->count; i++)
        buf_fmt(&buf, "%s ", walk->files[i].path);
    return buf.data;
}

static void
tree_make(void)
{
    folder_write("docs/b.md", "b");
    folder_write("docs/a.txt", "aa");
    folder_write("docs/deep/er/c.html", "<p>c");
    folder_write("docs/README", "r");
    folder_write("docs/code.c", "int x;");
    folder_write("docs/.hidden.md", "h");
    folder_write("docs/.git/d.md", "d");
    folder_write("docs/node_modules/e.md", "e");
    folder_write("outside/secret.md", "s");
    folder_write("docs/bad\nname.md", "x");
    if (symlink("../outside", "docs/link") != 0 ||
        symlink("../outside/secret.md", "docs/s.md") != 0 || symlink("docs", "named") != 0)
        abort();
}

static void
test_paths(void)
{
    static const char *const md[] = {"*.md"}, *const deep[] = {"docs/deep/*"};
    /* clang-format off */
    static const struct {
        const char *paths[3];
        const char *const *include, *const *exclude;
        const char *files;
    } rows[] = {
        {{"docs"}, NULL, NULL, "docs/README docs/a.txt docs/b.md docs/deep/er/c.html "},
        {{"./docs//", "docs/b.md"}, NULL, NULL, "docs/README docs/a.txt docs/b.md docs/deep/er/c.html "},
        {{"docs"}, md, NULL, "docs/b.md "},
        {{"docs"}, NULL, deep, "docs/README docs/a.txt docs/b.md "},
        {{"docs/deep", "docs/a.txt"}, NULL, NULL, "docs/a.txt docs/deep/er/c.html "},
        {{"."}, md, NULL, "docs/b.md outside/secret.md "},
        {{"named"}, md, NULL, "named/b.md "},
        {{"docs", "none"}, NULL, NULL, "none: No such file or directory"},
        {{""}, NULL, NULL, ": an empty path"},
    };
    /* clang-format on */

    folder_enter();
    tree_make();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct arena *arena = arena_new(4096);
        struct walk_rule rule = {.paths = rows[i].paths,
                                 .paths_count = rows[i].paths[1] == NULL ? 1 : 2,
                                 .include = rows[i].include,
                                 .include_count = rows[i].include != NULL,
                                 .exclude = rows[i].exclude,
                                 .exclude_count = rows[i].exclude != NULL};
        struct walk walk;

        CU_ASSERT_STRING_EQUAL(walked(arena, &rule, &walk), rows[i].files);
        arena_free(arena);
    }
    folder_leave();
}

static void
test_told(void)
{
    struct arena *arena = arena_new(4096);
    const char *const paths[] = {"docs", "docs/code.c"};
    struct walk_rule rule = {.paths = paths, .paths_count = 2};
    struct walk walk;

    folder_enter();
    tree_make();
    (void)walked(arena, &rule, &walk);
    CU_ASSERT_EQUAL(walk.bytes, 8);
    CU_ASSERT_EQUAL(walk.others, 2);
    CU_ASSERT_EQUAL(walk.skips_count, 2);
    for (size_t i = 0; i < walk.skips_count; i++)
        CU_ASSERT(strcmp(walk.skips[i].reason, "name is not UTF-8 or not printable") == 0 ||
                  (strcmp(walk.skips[i].path, "docs/code.c") == 0 &&
                   strcmp(walk.skips[i].reason, "not a kind of file that is read") == 0));
    folder_leave();
    arena_free(arena);
}

static void
test_below(void)
{
    /* clang-format off */
    static const struct { const char *path, *root; bool is; } rows[] = {
        {"docs/a", "docs", true}, {"docs", "docs", true},  {"docs2/a", "docs", false},
        {"a", "", true},          {"/a", "", false},       {"../a", "", false},
        {"/a/b", "/", true},      {"/a/b", "/a", true},    {"doc", "docs", false},
    };
    static const struct { const char *path, *clean; } paths[] = {
        {"./a//b/./c/", "a/b/c"}, {".", ""}, {"/", "/"}, {"//x/", "/x"}, {"../a", "../a"},
        {"./.", ""},
    };
    /* clang-format on */
    struct arena *arena = arena_new(4096);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_EQUAL(walk_below(rows[i].path, rows[i].root), rows[i].is);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        CU_ASSERT_STRING_EQUAL(walk_clean(arena, paths[i].path), paths[i].clean);
    arena_free(arena);
}

static void
test_read(void)
{
    struct arena *arena = arena_new(4096);
    struct err missing = {0}, large = {0}, kind = {0}, fine = {0};
    struct str bytes;

    folder_enter();
    folder_write("a", "twelve bytes");
    CU_ASSERT(walk_read(arena, "a", 12, &bytes, &fine));
    CU_ASSERT(str_is(bytes, "twelve bytes"));
    CU_ASSERT_FALSE(walk_read(arena, "a", 11, &bytes, &large));
    CU_ASSERT_EQUAL(large.kind, ERR_TOO_LARGE);
    CU_ASSERT_FALSE(walk_read(arena, "b", 11, &bytes, &missing));
    CU_ASSERT_EQUAL(missing.kind, ERR_INPUT);
    CU_ASSERT_FALSE(walk_read(arena, ".", 11, &bytes, &kind));
    CU_ASSERT_EQUAL(kind.kind, ERR_MEDIA);
    folder_leave();
    arena_free(arena);
}

SUITE("walk", {"files come sorted, once, by rule, from inside the tree", test_paths},
      {"what is passed over is told when one would expect it", test_told},
      {"paths are compared by their folders", test_below},
      {"a file is read whole or refused", test_read});
