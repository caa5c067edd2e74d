/*
 * completion: a request to /chat/completions and what came back, as JSON.
 *
 * The form is OpenAI's "chat completion" (platform.openai.com/docs/api-reference/chat), as
 * other servers speak it, too.  What comes back is foreign text: nothing of it is believed
 * before it is checked.
 */
#ifndef LLM_COMPLETION_H
#define LLM_COMPLETION_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

#define COMPLETION_TURNS 4

struct completion_turn {
    const char *role; /* "system", "user", "assistant" */
    struct str text;
};

struct completion {
    const char *model;
    struct completion_turn turns[COMPLETION_TURNS];
    size_t turns_count;
    const char *schema_name, *schema; /* JSON Schema of the reply */
    bool plain;                       /* the endpoint knows json_object, but no schemas */
    long most_tokens;                 /* of the reply */
};

/* Temperature 0, a fixed seed, no tools.  When `plain`, the schema goes into the first turn. */
void completion_write(const struct completion *completion, struct buf *to);

enum completion_end {
    COMPLETION_WHOLE,
    COMPLETION_CUT,     /* finish_reason "length" */
    COMPLETION_REFUSED, /* a refusal, or "content_filter" */
};

struct completion_reply {
    struct str content; /* of the first choice, without a fence of ``` around */
    enum completion_end end;
    bool counted; /* the endpoint told how many tokens it took */
    long prompt_tokens, completion_tokens;
};

/* ERR_INPUT: this is no chat completion; the counts are read nevertheless where they stand. */
bool completion_read(struct arena *arena, struct str body, struct completion_reply *reply,
                     struct err *err);

/* The message of an error document, or absent. */
struct str completion_failure(struct arena *arena, struct str body);

#endif
