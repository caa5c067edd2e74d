/*
 * gram: runs of up to eight words that may be a name that is known, as keys.
 */
#include "graph/gram.h"

#include "graph/entity.h"
#include "graph/span.h"

#include <string.h>

#define QUESTION_TOKENS 128

static void
gram_put(struct arena *arena, struct gram_list *list, const struct token_list *tokens,
         size_t first, size_t end)
{
    struct str key = entity_key(arena, span_text(tokens, first, end));

    if (key.at != NULL)
        list->at[list->count++] = (struct gram){key, first, end};
}

/* A number alone names nothing. */
static bool
is_edge(const struct token *token)
{
    return token->upper;
}

/* Of each token, and one more: in which name it stands, from 1; 0: in none. */
static size_t *
names_of(struct arena *arena, const struct token_list *tokens)
{
    size_t *names = arena_take(arena, (tokens->count + 1) * sizeof *names), at = 0;
    struct span span;

    memset(names, 0, (tokens->count + 1) * sizeof *names);
    for (size_t name = 1; span_next(tokens, &at, &span); name++) {
        for (size_t i = span.first; i < span.end; i++)
            names[i] = name;
    }
    return names;
}

/* May a name end before a token, and another begin there?  Not amid one that stands there; but
   for a run within that name, a small word or a number parts what it joins. */
static bool
is_joint(const struct token_list *tokens, const size_t *names, size_t place, bool within)
{
    const struct token *left, *right;

    if (place == 0 || names[place] == 0 || names[place] != names[place - 1])
        return true;
    left = &tokens->at[place - 1];
    right = &tokens->at[place];
    return within && (!is_edge(left) || !is_edge(right) || left->digit || right->digit);
}

/* "Lady Ada met the Duke of York" may speak of "York", not of "Duke" nor of "Ada met the". */
static bool
is_whole(const struct token_list *tokens, const size_t *names, size_t first, size_t end)
{
    bool within = names[first] != 0 && names[first] == names[end - 1];

    return is_joint(tokens, names, first, within) && is_joint(tokens, names, end, within);
}

struct gram_list
gram_of_text(struct arena *arena, const struct token_list *tokens, size_t most)
{
    struct gram_list list = {.at = arena_take(arena, (most + 1) * sizeof *list.at)};
    const size_t *names = names_of(arena, tokens);

    for (size_t i = 0; i < tokens->count && list.count < most; i++) {
        if (!is_edge(&tokens->at[i]))
            continue;
        for (size_t j = i; j < tokens->count && j < i + GRAM_WORDS && list.count < most; j++) {
            if (tokens->at[j].sentence != tokens->at[i].sentence)
                break;
            if (is_edge(&tokens->at[j]) && (j > i || !tokens->at[i].digit) &&
                is_whole(tokens, names, i, j + 1))
                gram_put(arena, &list, tokens, i, j + 1);
        }
    }
    return list;
}

static bool
is_asked(const struct token_list *tokens, size_t first, size_t end)
{
    const struct token *token = &tokens->at[first];

    if (end - first == 1)
        return token->form != TOKEN_WORD ||
               (token->capital && first > 0 && !entity_is_common(token->text));
    for (size_t i = first; i < end; i++) {
        if (!entity_is_common(tokens->at[i].text))
            return true;
    }
    return false;
}

struct gram_list
gram_of_question(struct arena *arena, struct str question)
{
    struct token_list tokens;
    struct gram_list list = {
        .at = arena_take(arena, (size_t)QUESTION_TOKENS * GRAM_WORDS * sizeof *list.at)};

    token_split(arena, question, QUESTION_TOKENS, &tokens);
    for (size_t words = GRAM_WORDS; words > 0; words--) {
        for (size_t i = 0; i + words <= tokens.count; i++) {
            if (is_asked(&tokens, i, i + words))
                gram_put(arena, &list, &tokens, i, i + words);
        }
    }
    return list;
}
