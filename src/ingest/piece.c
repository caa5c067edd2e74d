/*
 * piece: the parts of a document between which a passage may end.
 */
#include "ingest/piece.h"

#include "base/utf8.h"

#include <assert.h>
#include <string.h>

#define HEADING_SHARE 4 /* headings may take a quarter of the limit, not more */
#define HEADING_MARKS 8 /* tokens kept free for the marks of a heading in the passage */

struct splitter {
    struct arena *arena;
    const struct document *doc;
    const struct chunk_rule *rule;
    struct piece_list *list;
    const struct block *block;
    size_t budget; /* most that one piece of this block may cost */
    bool first;    /* the next piece is the first of its block */
};

size_t
piece_cost(const struct chunk_rule *rule, struct str text)
{
    size_t marks = rule->tokens(rule->self, STR(""));
    size_t tokens = rule->tokens(rule->self, text);
    size_t least = (text.len + CHUNK_TOKEN_BYTES - 1) / CHUNK_TOKEN_BYTES;

    tokens = tokens > marks ? tokens - marks : 0;
    return tokens > least ? tokens : least;
}

size_t
piece_overlap(const struct chunk_rule *rule)
{
    return rule->target * 15 / 100;
}

const char *
piece_context(const struct chunk_rule *rule, const struct piece *piece)
{
    const struct block *block = piece->block;
    const char *path = piece->first ? block->above : block->heading;

    return piece_cost(rule, str_of(path)) > rule->limit / HEADING_SHARE ? "" : path;
}

static struct str
range(const struct splitter *splitter, size_t begin, size_t end)
{
    return (struct str){splitter->doc->text.at + begin, end - begin};
}

static void
piece_add(struct splitter *splitter, size_t begin, size_t end, size_t cost)
{
    struct piece_list *list = splitter->list;

    assert(begin < end);
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 64 : 2 * list->room;
        struct piece *at = arena_take(splitter->arena, room * sizeof *at);

        if (list->count > 0)
            memcpy(at, list->at, list->count * sizeof *at);
        list->at = at;
        list->room = room;
    }
    list->at[list->count++] = (struct piece){.block = splitter->block,
                                             .begin = begin,
                                             .end = end,
                                             .cost = cost,
                                             .first = splitter->first};
    splitter->first = false;
}

/* The last offset up to `at` where a character begins, but after the first one of the range. */
static size_t
character_begin(const char *text, size_t begin, size_t at, size_t end)
{
    size_t first = begin + 1;

    while (first < end && ((unsigned char)text[first] & 0xc0) == 0x80)
        first++;
    while (at > first && ((unsigned char)text[at] & 0xc0) == 0x80)
        at--;
    return at > first ? at : first;
}

/* The end of a run of characters that costs at most `most`, or of one character. */
static size_t
run_end(const struct splitter *splitter, size_t begin, size_t end, size_t most,
        size_t *cost_out)
{
    const char *text = splitter->doc->text.at;
    size_t last = end;

    if (end - begin > most * CHUNK_TOKEN_BYTES)
        last = character_begin(text, begin, begin + most * CHUNK_TOKEN_BYTES, end);
    for (;;) {
        size_t cost = piece_cost(splitter->rule, range(splitter, begin, last)), less;

        *cost_out = cost;
        if (cost <= most)
            return last;
        less = begin + (last - begin) * most / cost;
        less = character_begin(text, begin, less < last ? less : last - 1, last);
        if (less == last)
            return last;
        last = less;
    }
}

/* Runs of characters: a word without blanks that is too long. */
static void
word_split(struct splitter *splitter, size_t begin, size_t end, size_t most)
{
    for (size_t next, cost; begin < end; begin = next) {
        next = run_end(splitter, begin, end, most, &cost);
        piece_add(splitter, begin, next, cost);
    }
}

/* Runs of words, each about as long as an overlap, so that overlaps can be made of them. */
static void
words_split(struct splitter *splitter, size_t begin, size_t end)
{
    const char *text = splitter->doc->text.at;
    size_t most = piece_overlap(splitter->rule), run = begin, run_end = begin, used = 0;

    most = most == 0 ? 1 : most > splitter->budget ? splitter->budget : most;
    for (size_t at = begin, next; at < end; at = next) {
        size_t cost;

        for (next = at; next < end && !document_blank(text[next]);)
            next++;
        cost = piece_cost(splitter->rule, range(splitter, at, next));
        if (used > 0 && used + cost > most) {
            piece_add(splitter, run, run_end, used);
            used = 0;
        }
        if (used == 0)
            run = at;
        if (cost > most)
            word_split(splitter, at, next, most);
        used = cost > most ? 0 : used + cost;
        run_end = next;
        while (next < end && document_blank(text[next]))
            next++;
    }
    if (used > 0)
        piece_add(splitter, run, run_end, used);
}

static bool
closes_sentence(char c)
{
    return c == '"' || c == '\'' || c == ')' || c == ']' || c == '*' || c == '_';
}

/* The full stop, exclamation mark and question mark of Chinese and Japanese. */
static bool
is_wide_stop(const char *at, size_t len)
{
    return len >= 3 &&
           (memcmp(at, "\xe3\x80\x82", 3) == 0 || memcmp(at, "\xef\xbc\x81", 3) == 0 ||
            memcmp(at, "\xef\xbc\x9f", 3) == 0);
}

/* The offset after the sentence that begins at `at`: after . ! ? and a blank, when no small
   letter follows ("e.g. this"), or after the full stops of Chinese and Japanese. */
static size_t
sentence_end(const char *text, size_t at, size_t end)
{
    for (; at < end; at++) {
        size_t after = at + 1;

        if (is_wide_stop(text + at, end - at))
            return at + 3;
        if (text[at] != '.' && text[at] != '!' && text[at] != '?')
            continue;
        while (after < end && closes_sentence(text[after]))
            after++;
        if (after < end && !document_blank(text[after]))
            continue;
        while (after < end && document_blank(text[after]))
            after++;
        if (after == end || !(text[after] >= 'a' && text[after] <= 'z'))
            return after;
    }
    return end;
}

static size_t
line_end(const char *text, size_t at, size_t end)
{
    while (at < end && text[at] != '\n')
        at++;
    return at < end ? at + 1 : end;
}

/* Parts a long block by `next` (sentences or lines), and what is still too long by words. */
static void
block_split(struct splitter *splitter, size_t most,
            size_t (*next)(const char *, size_t, size_t))
{
    const char *text = splitter->doc->text.at;
    size_t last = splitter->block->end;

    for (size_t at = splitter->block->begin, begin, end; at < last;) {
        size_t cost;

        begin = at;
        at = end = next(text, at, last);
        while (end > begin && document_blank(text[end - 1]))
            end--;
        if (end == begin)
            continue;
        cost = piece_cost(splitter->rule, range(splitter, begin, end));
        if (cost <= most)
            piece_add(splitter, begin, end, cost);
        else
            words_split(splitter, begin, end);
    }
}

static void
block_pieces(struct splitter *splitter)
{
    const struct block *block = splitter->block;
    const struct chunk_rule *rule = splitter->rule;
    size_t cost = piece_cost(rule, range(splitter, block->begin, block->end));
    size_t budget = splitter->budget, target = rule->target < budget ? rule->target : budget;

    switch (block->kind) {
    case BLOCK_CODE:
        if (cost > budget)
            block_split(splitter, budget, line_end);
        else
            piece_add(splitter, block->begin, block->end, cost);
        break;
    case BLOCK_ROW:
        if (cost > budget)
            words_split(splitter, block->begin, block->end);
        else
            piece_add(splitter, block->begin, block->end, cost);
        break;
    case BLOCK_HEADING:
    case BLOCK_PARAGRAPH:
    case BLOCK_ITEM:
        if (cost > target)
            block_split(splitter, target, sentence_end);
        else
            piece_add(splitter, block->begin, block->end, cost);
        break;
    }
}

static size_t
budget_of(const struct chunk_rule *rule, const char *heading)
{
    size_t cost = piece_cost(rule, str_of(heading)), most = rule->limit / HEADING_SHARE;
    size_t taken = rule->tokens(rule->self, STR("")) + (cost > most ? most : cost);

    return rule->limit > 2 * (taken + HEADING_MARKS) ? rule->limit - taken - HEADING_MARKS
                                                     : (rule->limit + 1) / 2;
}

/* Tells each first row of a table what the table costs as a whole. */
static void
tables_weigh(struct piece_list *list)
{
    size_t sum = 0;

    for (size_t i = list->count; i-- > 0;) {
        struct piece *piece = &list->at[i];
        bool row = piece->block->kind == BLOCK_ROW;

        sum = row ? sum + piece->cost : 0;
        if (row && (i == 0 || piece[-1].block->kind != BLOCK_ROW))
            piece->table = sum;
    }
}

void
piece_split(struct arena *arena, const struct document *doc, const struct chunk_rule *rule,
            struct piece_list *list_out)
{
    struct splitter splitter = {.arena = arena, .doc = doc, .rule = rule, .list = list_out};
    const char *heading = NULL;

    *list_out = (struct piece_list){0};
    for (size_t i = 0; i < doc->count; i++) {
        const struct block *block = &doc->blocks[i];
        size_t before = list_out->count;

        if (block->heading != heading)
            splitter.budget = budget_of(rule, block->heading);
        heading = block->heading;
        splitter.block = block;
        splitter.first = true;
        block_pieces(&splitter);
        if (block->kind == BLOCK_HEADING && list_out->count == before + 1)
            list_out->at[before].lead =
                list_out->at[before].cost <= rule->limit / HEADING_SHARE;
    }
    tables_weigh(list_out);
}
