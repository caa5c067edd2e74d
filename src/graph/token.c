/*
 * token: the words of a text with their places, its sentences, and what each word looks like.
 */
#include "graph/token.h"

#include "base/utf8.h"
#include "embed/codepoint.h"

#include <string.h>
#include <strings.h>

#define SHORT_MOST 5 /* bytes of the longest short form below */

/* Behind these a full stop ends no sentence. */
static const char *const shortened[] = {
    "mr",   "mrs", "ms",  "dr", "st",  "jr", "sr",  "prof", "gen", "col",  "sgt", "lt",
    "capt", "rev", "hon", "no", "vol", "vs", "inc", "ltd",  "co",  "corp", "mt",  "ft"};

/* Where reading stands. */
struct reading {
    const char *at, *end;
    size_t point; /* code points before `at` */
    struct token_list *list;
    struct arena *arena;
    int sentence;
    bool opens, follows, stopped; /* stopped: a sentence may have ended just now */
};

static bool
is_inner(uint32_t point)
{
    return (point < 0x80 && point != 0 && strchr("'.-&_@", (int)point) != NULL) ||
           point == 0x2019;
}

/* Whether a word goes on behind the mark before `at`. */
static bool
goes_on(const char *at, const char *end, uint32_t mark)
{
    uint32_t next;

    if (at >= end)
        return false;
    next = utf8_next(&at, end);
    return codepoint_is_word(next) || (mark == '_' && next == '_');
}

static void
look(struct token *token, uint32_t point, bool first)
{
    bool upper = codepoint_is_upper(point), digit = codepoint_is_digit(point);

    if (first) {
        token->capital = upper;
        token->digit = digit;
    }
    token->upper |= upper || digit;
}

static bool
is_ticket(struct str text)
{
    size_t i = 0, digits;

    while (i < text.len && text.at[i] >= 'A' && text.at[i] <= 'Z')
        i++;
    if (i < 2 || i + 1 >= text.len || text.at[i] != '-')
        return false;
    digits = ++i;
    while (i < text.len && text.at[i] >= '0' && text.at[i] <= '9')
        i++;
    return i == text.len && i > digits;
}

/* A lower-case letter before an upper-case one, as in camelCase: names of people that have one
   (McCarthy) begin with a capital. */
static bool
is_camel(struct str text)
{
    if (text.at[0] < 'a' || text.at[0] > 'z')
        return false;
    for (size_t i = 1; i < text.len; i++) {
        if (text.at[i] >= 'A' && text.at[i] <= 'Z' && text.at[i - 1] >= 'a' &&
            text.at[i - 1] <= 'z')
            return true;
    }
    return false;
}

static enum token_form
form_of(struct str text, bool behind_scheme)
{
    const char *at = memchr(text.at, '@', text.len);

    if (behind_scheme)
        return TOKEN_HOST;
    if (at != NULL && memchr(at, '.', text.len - (size_t)(at - text.at)) != NULL)
        return TOKEN_EMAIL;
    if (is_ticket(text))
        return TOKEN_TICKET;
    if (memchr(text.at, '_', text.len) != NULL || is_camel(text))
        return TOKEN_SYMBOL;
    return TOKEN_WORD;
}

static struct token *
token_new(struct reading *reading)
{
    struct token_list *list = reading->list;

    if (list->count == list->room) {
        size_t room = list->room == 0 ? 256 : list->room * 2;
        struct token *more = arena_take(reading->arena, room * sizeof *more);

        if (list->count > 0)
            memcpy(more, list->at, list->count * sizeof *more);
        list->at = more;
        list->room = room;
    }
    return &list->at[list->count++];
}

static void
read_word(struct reading *reading, uint32_t first, const char *begin, bool behind_scheme)
{
    struct token *token = token_new(reading);
    const char *next = reading->at;
    uint32_t point = first;
    size_t letters = 0, start = reading->point - 1;

    *token = (struct token){.start = start};
    for (;;) {
        look(token, point, letters == 0);
        letters++;
        reading->at = next;
        reading->point = start + letters;
        if (next >= reading->end)
            break;
        point = utf8_next(&next, reading->end);
        if (!codepoint_is_word(point) &&
            !(is_inner(point) && goes_on(next, reading->end, point)))
            break;
    }
    token->text = (struct str){begin, (size_t)(reading->at - begin)};
    token->stop = start + letters;
    token->letters = letters > 1;
    token->form = form_of(token->text, behind_scheme);
}

/* A single letter, or one of the short forms: "J. K. Rowling", "St. Louis". */
static bool
is_shortened(const struct token *token)
{
    if (!token->letters)
        return token->capital;
    for (size_t i = 0; i < sizeof shortened / sizeof shortened[0]; i++) {
        if (token->text.len <= SHORT_MOST && strlen(shortened[i]) == token->text.len &&
            strncasecmp(shortened[i], token->text.at, token->text.len) == 0)
            return token->capital;
    }
    return memchr(token->text.at, '.', token->text.len) != NULL; /* U.S. */
}

/* What stands between words decides where names and sentences end. */
static void
read_mark(struct reading *reading, uint32_t point)
{
    const struct token_list *list = reading->list;
    bool shortened_before =
        list->count > 0 && is_shortened(&list->at[list->count - 1]) &&
        list->at[list->count - 1].text.at + list->at[list->count - 1].text.len + 1 ==
            reading->at;

    if (point == '\n') {
        if (reading->at < reading->end && *reading->at == '\n')
            reading->stopped = true;
        reading->follows = false;
    } else if (point == '.' && shortened_before) {
        return;
    } else if (point == '.' || point == '!' || point == '?' || point == 0x3002) {
        reading->stopped = true;
        reading->follows = false;
    } else if (!codepoint_is_blank(point) && point != '&') {
        reading->follows = false;
    }
}

/* A sentence begins with a capital, a digit or behind an empty line. */
static void
word_place(struct reading *reading)
{
    struct token *token = &reading->list->at[reading->list->count - 1];

    if (reading->stopped && reading->list->count > 1 && (token->capital || token->digit)) {
        reading->sentence++;
        reading->opens = true;
    }
    token->sentence = reading->sentence;
    token->opens = reading->opens;
    token->follows = reading->follows && !reading->opens;
    reading->opens = reading->stopped = false;
    reading->follows = true;
}

void
token_split(struct arena *arena, struct str text, size_t most, struct token_list *list_out)
{
    struct reading reading = {.at = text.at,
                              .end = text.at + text.len,
                              .list = list_out,
                              .arena = arena,
                              .opens = true};

    *list_out = (struct token_list){0};
    while (reading.at < reading.end && list_out->count < most) {
        const char *begin = reading.at;
        uint32_t point = utf8_next(&reading.at, reading.end);

        reading.point++;
        if (!codepoint_is_word(point)) {
            read_mark(&reading, point);
            continue;
        }
        read_word(&reading, point, begin,
                  begin - text.at > 3 && memcmp(begin - 3, "://", 3) == 0);
        word_place(&reading);
    }
}
