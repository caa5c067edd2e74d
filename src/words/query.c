/*
 * query: what a search asks of words, with operators or without.
 */
#include "words/query.h"

#include "base/buf.h"

#include <string.h>

struct reading {
    const char *at, *end;
    struct query *query;
    struct buf words; /* plain ones */
    struct buf plain; /* all but what is excluded */
};

struct query
query_plain(struct str text)
{
    return (struct query){.clauses = {{.text = text}}, .count = 1, .plain = text};
}

static bool
is_blank(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static void
add_word(struct buf *buf, struct str word)
{
    if (buf->len > 0)
        buf_byte(buf, ' ');
    buf_add(buf, word.at, word.len);
}

static enum query_sign
read_sign(struct reading *reading)
{
    char sign = *reading->at;

    if ((sign != '+' && sign != '-') || reading->at + 1 == reading->end ||
        is_blank(reading->at[1]))
        return QUERY_MAY;
    reading->at++;
    return sign == '+' ? QUERY_MUST : QUERY_NOT;
}

static struct str
read_phrase(struct reading *reading)
{
    const char *begin = ++reading->at;
    const char *quote = memchr(begin, '"', (size_t)(reading->end - begin));
    const char *stop = quote == NULL ? reading->end : quote;

    reading->at = quote == NULL ? stop : stop + 1;
    return str_trim((struct str){begin, (size_t)(stop - begin)});
}

static struct str
read_word(struct reading *reading)
{
    const char *begin = reading->at;

    while (reading->at < reading->end && !is_blank(*reading->at) && *reading->at != '"')
        reading->at++;
    return (struct str){begin, (size_t)(reading->at - begin)};
}

/* A clause with operators where there is room; else, and without them, plain words. */
static void
add_clause(struct reading *reading, struct query_clause clause)
{
    struct query *query = reading->query;
    bool is_special = clause.sign != QUERY_MAY || clause.is_prefix || clause.is_phrase;

    if (clause.text.len == 0)
        return;
    if (clause.sign != QUERY_NOT)
        add_word(&reading->plain, clause.text);
    if (is_special && query->count <= QUERY_CLAUSES)
        query->clauses[query->count++] = clause;
    else if (clause.sign != QUERY_NOT)
        add_word(&reading->words, clause.text);
}

static void
read_clause(struct reading *reading)
{
    struct query_clause clause = {.sign = read_sign(reading)};

    if (*reading->at == '"') {
        clause.text = read_phrase(reading);
        clause.is_phrase = true;
        if (clause.sign == QUERY_MAY)
            clause.sign = QUERY_MUST;
    } else {
        clause.text = read_word(reading);
        clause.is_prefix =
            clause.text.len > QUERY_PREFIX_LEAST && clause.text.at[clause.text.len - 1] == '*';
        clause.text.len -= clause.is_prefix;
    }
    add_clause(reading, clause);
}

struct query
query_read(struct arena *arena, struct str text)
{
    struct query query = {.count = 1};
    struct reading reading = {.at = text.at, .end = text.at + text.len, .query = &query};

    buf_start(&reading.words, arena, text.len + 1);
    buf_start(&reading.plain, arena, text.len + 1);
    while (reading.at < reading.end) {
        if (is_blank(*reading.at))
            reading.at++;
        else
            read_clause(&reading);
    }
    query.clauses[0].text = (struct str){reading.words.data, reading.words.len};
    query.plain = (struct str){reading.plain.data, reading.plain.len};
    return query;
}

bool
query_has_phrases(const struct query *query)
{
    for (size_t i = 0; i < query->count; i++) {
        if (query->clauses[i].is_phrase)
            return true;
    }
    return false;
}
