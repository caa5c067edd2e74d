/*
 * span: runs of tokens that look like a name.
 */
#include "graph/span.h"

#include "graph/entity.h"

#include <string.h>
#include <strings.h>

#define JOINERS_MOST 2

static const char *const joiners[] = {"of",  "the", "de",  "la",  "le",  "du", "da", "von",
                                      "van", "der", "den", "di",  "del", "al", "el", "bin",
                                      "ibn", "for", "des", "dos", "zu",  "af", "av"};

/* Common words that may begin a longer name: "New York", "Second World War". */
static const char *const openers[] = {"new",   "first", "second", "third", "one",  "two",
                                      "three", "four",  "five",   "six",   "last", "late",
                                      "early", "near",  "over",   "under"};

static bool
is_joiner(const struct token *token)
{
    for (size_t i = 0; i < sizeof joiners / sizeof joiners[0]; i++) {
        if (str_is(token->text, joiners[i]))
            return true;
    }
    return false;
}

static bool
is_opener(const struct token *token)
{
    for (size_t i = 0; i < sizeof openers / sizeof openers[0]; i++) {
        if (token->text.len == strlen(openers[i]) &&
            strncasecmp(token->text.at, openers[i], token->text.len) == 0)
            return true;
    }
    return false;
}

/* "Rowling's": whose it is ends there, what is hers begins. */
static bool
is_genitive(const struct token *token)
{
    struct str text = token->text;

    return (text.len > 2 && memcmp(text.at + text.len - 2, "'s", 2) == 0) ||
           (text.len > 4 && memcmp(text.at + text.len - 4, "\xe2\x80\x99s", 4) == 0);
}

static bool
is_name_word(const struct token *token)
{
    return token->capital && token->form == TOKEN_WORD;
}

/* Words that may stand in a name once it has begun. */
static bool
continues(const struct token *token)
{
    return token->follows && !is_genitive(token - 1) && (is_name_word(token) || token->digit);
}

/* Behind `end`, small words and then a capital: where that capital stands, else `end`. */
static size_t
over_joiners(const struct token_list *tokens, size_t end)
{
    size_t at = end;

    while (at < tokens->count && at - end < JOINERS_MOST && tokens->at[at].follows &&
           is_joiner(&tokens->at[at]))
        at++;
    return at > end && at < tokens->count && tokens->at[at].follows &&
                   is_name_word(&tokens->at[at])
               ? at
               : end;
}

static size_t
run_end(const struct token_list *tokens, size_t first)
{
    size_t end = first + 1;

    for (;;) {
        size_t next;

        while (end < tokens->count && continues(&tokens->at[end]))
            end++;
        next = over_joiners(tokens, end);
        if (next == end)
            return end;
        end = next + 1;
    }
}

static bool
begins(const struct token_list *tokens, size_t at)
{
    const struct token *token = &tokens->at[at];

    if (is_name_word(token))
        return true;
    return token->digit && at + 1 < tokens->count && tokens->at[at + 1].follows &&
           is_name_word(&tokens->at[at + 1]);
}

/* Without the common words that it begins with, and the small words behind them. */
static struct span
stripped(const struct token_list *tokens, struct span span)
{
    while (
        span.first < span.end &&
        (entity_is_common(tokens->at[span.first].text) || is_joiner(&tokens->at[span.first])) &&
        !(span.end - span.first > 1 && is_opener(&tokens->at[span.first])))
        span.first++;
    return span;
}

static bool
is_nothing(const struct token_list *tokens, const struct span *span)
{
    const struct token *only = &tokens->at[span->first];

    return span->first == span->end ||
           (span->end - span->first == 1 && (!only->letters || only->digit));
}

bool
span_next(const struct token_list *tokens, size_t *at, struct span *span_out)
{
    while (*at < tokens->count) {
        struct span span = {.first = *at};

        if (!begins(tokens, *at)) {
            (*at)++;
            continue;
        }
        span.end = run_end(tokens, *at);
        *at = span.end;
        span = stripped(tokens, span);
        if (is_nothing(tokens, &span))
            continue;
        *span_out = span;
        return true;
    }
    return false;
}

struct str
span_text(const struct token_list *tokens, size_t first, size_t end)
{
    struct str begin = tokens->at[first].text, last = tokens->at[end - 1].text;

    return (struct str){begin.at, (size_t)(last.at + last.len - begin.at)};
}

struct str
span_sentence(struct str text, const struct token_list *tokens, size_t first, size_t end,
              size_t *stop_out)
{
    struct str words = span_text(tokens, first, end);

    *stop_out = tokens->at[end - 1].stop;
    while (words.at + words.len < text.at + text.len && words.at[words.len] != '\0' &&
           strchr(".!?\")", words.at[words.len]) != NULL) {
        words.len++;
        ++*stop_out;
    }
    return words;
}
