/*
 * highlight: where words stand in a text, by code points.
 */
#include "search/highlight.h"

#include "base/utf8.h"

#include <ctype.h>
#include <string.h>

/* Of a word: an ASCII letter or digit, or a byte of any other letter. */
static bool
is_wordly(char byte)
{
    return isalnum((unsigned char)byte) || (unsigned char)byte >= 0x80;
}

/* Whether a word stands here and does not go on: the text before is not looked at. */
static bool
stands(struct str rest, struct str word)
{
    return word.len > 0 && word.len <= rest.len && memcmp(rest.at, word.at, word.len) == 0 &&
           (word.len == rest.len || !is_wordly(rest.at[word.len]) ||
            !is_wordly(word.at[word.len - 1]));
}

/* The length of the first of the words that stands here; 0 when none does. */
static size_t
word_here(struct str rest, struct str words)
{
    while (words.len > 0) {
        const char *end = memchr(words.at, '\n', words.len);
        struct str word = {words.at, end == NULL ? words.len : (size_t)(end - words.at)};

        if (stands(rest, word))
            return word.len;
        words.at += word.len + (end != NULL);
        words.len -= word.len + (end != NULL);
    }
    return 0;
}

static long
points(const char *at, const char *end)
{
    long count = 0;

    while (at < end) {
        (void)utf8_next(&at, end);
        count++;
    }
    return count;
}

void
highlight_emit(struct str text, struct str words, struct emit *emit)
{
    const char *at = text.at, *end = text.at == NULL ? NULL : text.at + text.len;
    bool inside = false; /* a word that began before */
    long place = 0;

    emit_array(emit, "highlight");
    while (words.at != NULL && at < end) {
        size_t len = inside ? 0 : word_here((struct str){at, (size_t)(end - at)}, words);
        const char *next = at + len;
        long start = place;

        if (len == 0)
            (void)utf8_next(&next, end);
        place += points(at, next);
        if (len > 0) {
            emit_object(emit, NULL);
            emit_long(emit, "start", start);
            emit_long(emit, "end", place);
            emit_object_end(emit);
        }
        inside = is_wordly(next[-1]);
        at = next;
    }
    emit_array_end(emit);
}
