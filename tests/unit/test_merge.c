/*
 * merge: the postings of many runs become one, without what is dead.
 */
#include "words/merge.h"
#include "words/pack.h"

#include "suite.h"

#include <string.h>

static struct str
packed(struct arena *arena, const struct posting *posts, size_t count)
{
    struct buf buf;
    struct posting_writer writer = {.bytes = &buf};

    buf_start(&buf, arena, 16);
    for (size_t i = 0; i < count; i++)
        posting_put(&writer, &posts[i]);
    return (struct str){buf.data, buf.len};
}

static void
test_runs(void)
{
    struct arena *arena = arena_new(4096);
    struct merge_gone gone[] = {
        {.seq = 2, .run = 5}, {.seq = 2, .run = 8}, {.seq = 3, .run = 4}};
    struct merge merge = {.arena = arena, .gone = gone, .gone_count = 3};
    static const struct posting expected[] = {{1, 9, 1}, {2, 3, 7}, {3, 1, 1}, {9, 1, 1}};
    struct str merged;

    CU_ASSERT_TRUE(
        merge_add(&merge, 4, packed(arena, (struct posting[]){{2, 1, 7}, {3, 1, 1}}, 2)));
    CU_ASSERT_TRUE(
        merge_add(&merge, 9, packed(arena, (struct posting[]){{2, 3, 7}, {9, 1, 1}}, 2)));
    CU_ASSERT_TRUE(merge_add(&merge, 6, packed(arena, (struct posting[]){{1, 9, 1}}, 1)));
    merged = merge_word(&merge);
    CU_ASSERT_TRUE(str_same(merged, packed(arena, expected, 4)));
    CU_ASSERT_TRUE(gone[0].used);
    CU_ASSERT_FALSE(gone[1].used);
    CU_ASSERT_FALSE(gone[2].used);
    CU_ASSERT_TRUE(merge_add(&merge, 7, packed(arena, (struct posting[]){{2, 1, 7}}, 1)));
    CU_ASSERT_EQUAL(merge_word(&merge).len, 0);
    CU_ASSERT_TRUE(gone[1].used);
    CU_ASSERT_FALSE(merge_add(&merge, 7, STR("\x80")));
    arena_free(arena);
}

static void
test_pack(void)
{
    struct arena *arena = arena_new(4096);
    struct pack *pack = pack_new(arena);
    struct pack_word **words;
    size_t count;

    for (int64_t seq = 1; seq <= 3; seq++) {
        for (int i = 0; i < 4000; i++) {
            const char *word = str_format(arena, "w%d", i);

            if (i % seq == 0)
                pack_add(pack, str_of(word), &(struct posting){seq, 1, 4000});
        }
    }
    words = pack_words(pack, &count);
    CU_ASSERT_EQUAL(count, 4000);
    for (size_t i = 1; i < count; i++)
        CU_ASSERT_TRUE(strcmp(words[i - 1]->text.at, words[i]->text.at) < 0);
    CU_ASSERT_TRUE(str_is(words[1]->text, "w1"));
    CU_ASSERT_EQUAL(words[1]->bytes.len,
                    packed(arena, (struct posting[]){{1, 1, 4000}}, 1).len);
    CU_ASSERT_EQUAL(words[0]->writer.last, 3);
    arena_free(arena);
}

SUITE("merge", {"the dead go, and each tells what killed it", test_runs},
      {"words of records become postings of words, in order", test_pack});
