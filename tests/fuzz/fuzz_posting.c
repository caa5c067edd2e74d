/*
 * fuzz_posting: whatever the bytes, postings come in order and in bounds, what was read is
 * written the same, and scoring and merging it does no harm.
 */
#include "words/bm25.h"
#include "words/lexeme.h"
#include "words/merge.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_again(struct arena *arena, struct str bytes)
{
    struct posting_reader once, again;
    struct posting posting, same;
    struct buf buf;
    struct posting_writer writer = {.bytes = &buf};
    int64_t last = 0;

    buf_start(&buf, arena, 64);
    for (posting_start(&once, bytes); posting_next(&once, &posting); last = posting.seq) {
        assert(posting.seq > last && posting.seq <= POSTING_SEQ_MAX);
        assert(posting.often > 0 && posting.len > 0);
        posting_put(&writer, &posting);
    }
    posting_start(&again, (struct str){buf.data, buf.len});
    for (posting_start(&once, bytes); posting_next(&once, &posting);)
        assert(posting_next(&again, &same) && same.seq == posting.seq &&
               same.often == posting.often && same.len == posting.len);
    assert(!posting_next(&again, &same) && !again.broken);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(4096);
    struct str bytes = {(const char *)data, size};
    struct bm25 *bm25 = bm25_new(arena, 10, 100);
    struct merge merge = {.arena = arena};
    struct lexeme_reader reader;
    struct lexeme lexeme;
    size_t count;

    read_again(arena, bytes);
    bm25_term(bm25, STR("a"), true, BM25_COUNTS | BM25_MUST);
    (void)bm25_posts(bm25, STR("a"), 1, bytes);
    (void)bm25_posts(bm25, STR("ab"), 2, bytes);
    bm25_rank(bm25);
    (void)bm25_best(bm25, 10, &count);
    assert(count <= 10);
    (void)merge_add(&merge, 1, bytes);
    (void)merge_word(&merge);
    for (lexeme_start(&reader, bytes); lexeme_next(&reader, &lexeme);)
        assert(lexeme.text.len > 0 && lexeme.often > 0 && lexeme.text.at > bytes.at &&
               lexeme.text.at + lexeme.text.len < bytes.at + size);
    arena_free(arena);
    return 0;
}
