/*
 * rank_tools: the tools that fit some words best.
 */
#include "tool/rank_tools.h"

#include "tool/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define K1          1.2
#define B           0.75
#define QUERY_MOST  32 /* words of a query that count */
#define STEM_LEAST  4
#define NAME_TIMES  4
#define TITLE_TIMES 2

struct words {
    struct str *list;
    size_t count, room;
};

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c & 0x80) != 0;
}

static char
lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static void
add(struct arena *arena, struct words *words, struct str word)
{
    if (words->count == words->room) {
        size_t room = words->room == 0 ? 64 : 2 * words->room;
        struct str *list = arena_take(arena, room * sizeof *list);

        if (words->count > 0)
            memcpy(list, words->list, words->count * sizeof *list);
        words->list = list;
        words->room = room;
    }
    words->list[words->count++] = word;
}

/* A capital inside a word begins another one: topK, userId. */
static void
split(struct arena *arena, const char *text, size_t len, struct words *words)
{
    for (size_t i = 0; i < len; i++) {
        size_t from = i;

        while (i < len && is_letter(text[i]) &&
               !(i > from && lower(text[i]) != text[i] && lower(text[i - 1]) == text[i - 1]))
            i++;
        if (i > from)
            add(arena, words, (struct str){text + from, i - from});
        if (i > from && i < len && is_letter(text[i]))
            i--; /* the capital is the next word's */
    }
}

static size_t
common(struct str a, struct str b)
{
    size_t len = 0;

    while (len < a.len && len < b.len && lower(a.at[len]) == lower(b.at[len]))
        len++;
    return len;
}

/* Equal, or both the same word with another ending. */
static bool
same(struct str a, struct str b)
{
    size_t shorter = a.len < b.len ? a.len : b.len, longer = a.len < b.len ? b.len : a.len;
    size_t len = common(a, b);

    if (len == longer)
        return true;
    return len >= STEM_LEAST && len + 1 >= shorter && longer - len <= 4;
}

static double
often(const struct words *words, struct str wanted)
{
    double count = 0;

    for (size_t i = 0; i < words->count; i++)
        count += same(words->list[i], wanted);
    return count;
}

static void
repeat(struct arena *arena, const char *text, int times, struct words *words)
{
    for (int i = 0; i < times; i++)
        split(arena, text, strlen(text), words);
}

static struct words
words_of(struct arena *arena, const struct tool *tool)
{
    struct words words = {NULL, 0, 0};

    repeat(arena, tool->name, NAME_TIMES, &words);
    for (size_t i = 0; tool->aliases[i] != NULL; i++)
        repeat(arena, tool->aliases[i], NAME_TIMES, &words);
    repeat(arena, tool->title, TITLE_TIMES, &words);
    repeat(arena, tool->says, 1, &words);
    return words;
}

static int
better(const void *left, const void *right)
{
    const struct rank_tools_hit *a = left, *b = right;

    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->place < b->place ? -1 : 1;
}

/* One word of the query over all tools. */
static void
weigh(const struct words *texts, size_t count, struct str word, struct rank_tools_hit *hits)
{
    double have = 0, total = 0, idf;

    for (size_t i = 0; i < count; i++) {
        have += often(&texts[i], word) > 0;
        total += (double)texts[i].count;
    }
    idf = log1p(((double)count - have + 0.5) / (have + 0.5));
    for (size_t i = 0; i < count; i++) {
        double times = often(&texts[i], word);
        double length = (double)texts[i].count * (double)count / total;

        hits[i].score += idf * times * (K1 + 1) / (times + K1 * (1 - B + B * length));
    }
}

struct rank_tools_hit *
rank_tools(struct arena *arena, struct str query, size_t *count_out)
{
    struct words asked = {NULL, 0, 0}, *texts;
    struct rank_tools_hit *hits;
    size_t count = 0, found = 0;

    while (tool_table_row(count) != NULL)
        count++;
    texts = arena_take(arena, count * sizeof *texts);
    hits = arena_take(arena, count * sizeof *hits);
    for (size_t i = 0; i < count; i++) {
        hits[i] = (struct rank_tools_hit){tool_table_row(i), 0, i};
        texts[i] = words_of(arena, hits[i].tool);
    }
    split(arena, query.at, query.len, &asked);
    for (size_t i = 0; i < asked.count && i < QUERY_MOST; i++)
        weigh(texts, count, asked.list[i], hits);
    qsort(hits, count, sizeof *hits, better);
    while (found < count && hits[found].score > 0)
        found++;
    *count_out = found;
    return hits;
}
