/*
 * answer: the sentences of what was found that answer a question best, word for word.
 */
#include "search/answer.h"

#include "base/buf.h"
#include "base/js.h"
#include "graph/entity.h"
#include "graph/span.h"
#include "search/search_emit.h"

#include <string.h>

#define WORDS_MOST   32    /* of a question */
#define TOKENS_MOST  20000 /* of a record */
#define ALIKE_BYTES  5
#define WORDS_WEIGHT 0.75

struct question {
    struct arena *arena;
    struct str words[WORDS_MOST]; /* keys */
    size_t count;
};

/* Which of the question's words: bit i is word i. */
typedef uint32_t word_set;

static void
question_read(struct question *question, struct arena *arena, struct str text)
{
    struct token_list tokens;

    *question = (struct question){.arena = arena};
    token_split(arena, text, 4 * WORDS_MOST, &tokens);
    for (size_t i = 0; i < tokens.count && question->count < WORDS_MOST; i++) {
        struct str key = entity_key(arena, tokens.at[i].text);

        if (key.at != NULL && !entity_is_common(tokens.at[i].text))
            question->words[question->count++] = key;
    }
}

static bool
is_alike(struct str a, struct str b)
{
    if (str_same(a, b))
        return true;
    return a.len >= ALIKE_BYTES && b.len >= ALIKE_BYTES && memcmp(a.at, b.at, ALIKE_BYTES) == 0;
}

static word_set
words_in(const struct question *question, const struct token_list *tokens, size_t first,
         size_t end)
{
    word_set set = 0;

    for (size_t i = first; i < end; i++) {
        struct str key = entity_key(question->arena, tokens->at[i].text);

        for (size_t w = 0; key.at != NULL && w < question->count; w++) {
            if (is_alike(key, question->words[w]))
                set |= (word_set)1 << w;
        }
    }
    return set;
}

static double
share_of(const struct question *question, word_set set)
{
    return question->count == 0 ? 0 : (double)__builtin_popcount(set) / (double)question->count;
}

static struct answer_part
sentence(struct str text, const struct token_list *tokens, size_t first, size_t end)
{
    size_t stop;
    struct str said = span_sentence(text, tokens, first, end, &stop);

    return (struct answer_part){
        .text = said, .start = (long)tokens->at[first].start, .stop = (long)stop};
}

static void
keep(struct answer *answer, struct answer_part part)
{
    size_t at = answer->count < ANSWER_MOST ? answer->count++ : ANSWER_MOST - 1;

    if (at == ANSWER_MOST - 1 && answer->parts[at].score >= part.score &&
        answer->parts[at].text.at != NULL)
        return;
    for (; at > 0 && answer->parts[at - 1].score < part.score; at--)
        answer->parts[at] = answer->parts[at - 1];
    answer->parts[at] = part;
}

static void
read_hit(const struct question *question, const struct search *search, const struct call *call,
         size_t hit, struct answer *answer)
{
    double found = search_hit_score(search, call, hit),
           best = search_hit_score(search, call, 0);
    struct str text = search_hit_text(search, call, hit);
    struct token_list tokens = {0};

    if (text.at == NULL)
        return;
    token_split(question->arena, text, TOKENS_MOST, &tokens);
    for (size_t first = 0, end; first < tokens.count; first = end) {
        struct answer_part part;
        word_set set;

        for (end = first + 1;
             end < tokens.count && tokens.at[end].sentence == tokens.at[first].sentence;)
            end++;
        set = words_in(question, &tokens, first, end);
        if (set == 0)
            continue;
        part = sentence(text, &tokens, first, end);
        part.hit = hit;
        part.score = WORDS_WEIGHT * share_of(question, set) +
                     (1 - WORDS_WEIGHT) * (best > 0 ? found / best : 0);
        keep(answer, part);
    }
}

static word_set
words_of_title(const struct question *question, struct str metadata)
{
    struct json_object *object = NULL;
    struct token_list tokens = {0};
    struct err err = {.kind = ERR_NONE};
    struct str title;

    if (metadata.at == NULL || !js_parse(question->arena, metadata, &object, &err))
        return 0;
    title = js_str(js_find(object, "title"));
    if (title.at == NULL)
        return 0;
    token_split(question->arena, title, WORDS_MOST, &tokens);
    return words_in(question, &tokens, 0, tokens.count);
}

struct answer
answer_pick(struct arena *arena, const struct search *search, const struct call *call)
{
    struct question question;
    struct answer answer = {0};
    word_set seen = 0;

    question_read(&question, arena, search->query);
    for (size_t i = 0; i < search_hits(search, call) && i < ANSWER_HITS; i++)
        read_hit(&question, search, call, i, &answer);
    for (size_t i = 0; i < answer.count; i++) {
        struct token_list tokens = {0};

        token_split(arena, answer.parts[i].text, TOKENS_MOST, &tokens);
        seen |=
            words_in(&question, &tokens, 0, tokens.count) |
            words_of_title(&question, search_hit_metadata(search, call, answer.parts[i].hit));
    }
    answer.coverage = share_of(&question, seen);
    return answer;
}

const char *
answer_text(struct arena *arena, const struct answer *answer)
{
    struct buf text;

    if (answer->count == 0)
        return NULL;
    buf_start(&text, arena, 256);
    for (size_t i = 0; i < answer->count; i++) {
        if (i > 0)
            buf_byte(&text, ' ');
        buf_add(&text, answer->parts[i].text.at, answer->parts[i].text.len);
    }
    buf_byte(&text, '\0');
    return text.data;
}
