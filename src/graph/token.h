/*
 * token: the words of a text with their places, its sentences, and what each word looks like.
 *
 * Only looks count (capitals, digits, marks inside): no dictionary decides, so the same text
 * gives the same tokens whatever else is stored.
 */
#ifndef GRAPH_TOKEN_H
#define GRAPH_TOKEN_H

#include "base/arena.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

/* How a word that is a name by its form alone looks. */
enum token_form {
    TOKEN_WORD,
    TOKEN_EMAIL,  /* ada@example.org */
    TOKEN_HOST,   /* what follows "://" */
    TOKEN_TICKET, /* ABC-123 */
    TOKEN_SYMBOL, /* snake_case, camelCase */
};

struct token {
    struct str text;
    size_t start, stop; /* code points from the beginning of the text */
    int sentence;       /* 0, 1, 2 ... */
    bool opens;         /* first of its sentence */
    bool follows;       /* only a blank or "&" stands between it and the word before */
    bool capital;       /* begins with an upper-case letter */
    bool digit;         /* begins with a digit */
    bool letters;       /* at least two letters */
    bool upper;         /* has an upper-case letter or a digit anywhere */
    enum token_form form;
};

struct token_list {
    struct token *at;
    size_t count, room;
};

/* At most `most` tokens, in order. */
void token_split(struct arena *arena, struct str text, size_t most,
                 struct token_list *list_out);

#endif
