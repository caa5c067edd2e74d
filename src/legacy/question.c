/*
 * question: whether a question asks to calculate or to find, by a vote of what stands in it.
 */
#include "legacy/question.h"

#include "base/buf.h"

#include <ctype.h>
#include <string.h>

#define MANY_WORDS 10

enum side { FIND, CALCULATE };

/* clang-format off */
static const struct {
    const char *feature;
    enum side side;
    int weight;
    const char *phrases[14]; /* words, each with a blank on both sides */
} rows[] = {
    {"count",    CALCULATE, 3, {" how many ", " number of ", " count ", " counts ", " hvor mange ", " antal ", " antallet "}},
    {"amount",   CALCULATE, 3, {" how much ", " sum ", " total ", " totals ", " altogether ", " hvor meget ", " i alt ", " samlet "}},
    {"mean",     CALCULATE, 3, {" average ", " averages ", " mean ", " median ", " per cent ", " percentage ", " gennemsnit ", " gennemsnitlig ", " gennemsnitlige ", " procent "}},
    {"extreme",  CALCULATE, 2, {" highest ", " lowest ", " largest ", " smallest ", " maximum ", " minimum ", " top ", " mest ", " mindst ", " flest ", " hurtigst "}},
    {"grouping", CALCULATE, 2, {" per ", " by month ", " by year ", " by type ", " for each ", " group by ", " grouped by ", " fordelt ", " for hver ", " pr "}},
    {"limit",    CALCULATE, 2, {" more than ", " less than ", " fewer than ", " at least ", " at most ", " between ", " where ", " mere end ", " mindre end ", " mindst ", " mellem "}},
    {"open",     FIND,      2, {" what ", " why ", " who ", " which ", " hvad ", " hvorfor ", " hvem ", " hvilken ", " hvilke ", " hvilket "}},
    {"telling",  FIND,      2, {" explain ", " describe ", " tell ", " summarize ", " summarise ", " forklar ", " beskriv ", " opsummer ", " resumer "}},
    {"matter",   FIND,      1, {" about ", " regarding ", " similar ", " like ", " related ", " om ", " vedr ", " lignende ", " ligesom "}},
};
/* clang-format on */

struct vote {
    struct question *question;
    int weights[2];
};

static void
cast(struct vote *vote, const char *feature, enum side side, int weight)
{
    vote->question->features[vote->question->features_count++] = feature;
    vote->weights[side] += weight;
}

/* The words in lower case, a blank before, between and behind them; how many there are. */
static size_t
words_of(struct str text, struct buf *to)
{
    size_t count = 0;
    bool inside = false;

    buf_byte(to, ' ');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.at[i];
        bool is_part = isalnum(byte) || byte >= 0x80;

        if (is_part)
            buf_byte(to, (char)tolower(byte));
        else if (inside)
            buf_byte(to, ' ');
        count += is_part && !inside;
        inside = is_part;
    }
    if (inside)
        buf_byte(to, ' ');
    return count;
}

static bool
has_any(const char *words, const char *const *phrases, size_t most)
{
    for (size_t i = 0; i < most && phrases[i] != NULL; i++)
        if (strstr(words, phrases[i]) != NULL)
            return true;
    return false;
}

struct question
question_read(struct arena *arena, struct str text)
{
    struct question question = {.features_count = 0};
    struct vote vote = {.question = &question};
    struct buf words;
    size_t count;
    int all;

    buf_start(&words, arena, text.len + 3);
    count = words_of(text, &words);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (has_any(words.data, rows[i].phrases,
                    sizeof rows[i].phrases / sizeof rows[i].phrases[0]))
            cast(&vote, rows[i].feature, rows[i].side, rows[i].weight);
    if (text.len > 0 && memchr(text.at, '?', text.len) != NULL)
        cast(&vote, "question mark", FIND, 2);
    if (count > MANY_WORDS)
        cast(&vote, "many words", FIND, 1);
    question.is_analytical = vote.weights[CALCULATE] > vote.weights[FIND];
    all = vote.weights[CALCULATE] + vote.weights[FIND];
    question.confidence =
        all == 0 ? 0.5 : (double)vote.weights[question.is_analytical ? CALCULATE : FIND] / all;
    return question;
}

struct question
question_of_conditions(void)
{
    return (struct question){.is_analytical = true,
                             .confidence = 1,
                             .features = {"conditions"},
                             .features_count = 1};
}

void
question_emit(struct emit *json, const char *name, const struct question *question)
{
    emit_object(json, name);
    emit_text(json, "type", question->is_analytical ? "analytical" : "semantic");
    emit_double(json, "confidence", question->confidence);
    emit_array(json, "features");
    for (size_t i = 0; i < question->features_count; i++)
        emit_text(json, NULL, question->features[i]);
    emit_array_end(json);
    emit_object_end(json);
}
