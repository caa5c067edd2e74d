/*
 * llm: ask the language model for one JSON document, by all rules of asking.
 */
#include "llm/llm.h"

#include "base/clock.h"
#include "base/js.h"
#include "base/log.h"
#include "base/metric.h"
#include "base/uuid.h"
#include "llm/completion.h"
#include "llm/http.h"
#include "llm/ledger.h"

#include <assert.h>
#include <string.h>

#define RETRIES_MOST   4
#define PAUSE_FIRST_US 500000
#define REPLY_MOST     ((size_t)1 << 20)
#define MEND_BYTES     16000 /* of a bad reply that are shown to the model again */

/* One asking: what is said so far, and what has been tried. */
struct talk {
    const struct llm_caller *caller;
    const struct llm_ask *ask;
    struct completion completion;
    struct http_answer answer;
    struct completion_reply reply;
    struct json_object *tree;
    long attempts, retries;
    bool mended, downgraded;
    int64_t rest_until;
    struct err why; /* of the last attempt */
};

/* What comes after an attempt. */
enum step { STEP_END, STEP_AGAIN };

static enum llm_end
end(struct talk *talk, enum llm_end as, enum err_kind kind, const char *says)
{
    if (as != LLM_DONE)
        err_set(&talk->why, kind, "%s", says);
    return as;
}

/* A random pause of up to half a second, then of up to twice as much each time (full jitter),
   and no less than the server asks for. */
static int64_t
pause_us(const struct talk *talk)
{
    uint64_t chance;
    int64_t most = (int64_t)PAUSE_FIRST_US << (talk->retries - 1);

    uuid_random(&chance, sizeof chance);
    return talk->answer.retry_after * 1000000LL + (int64_t)(chance % (uint64_t)(most + 1));
}

/* STEP_AGAIN when there is an attempt left and time for its pause. */
static enum step
again_later(struct talk *talk, const char *says, enum llm_end *end_out)
{
    *end_out = end(talk, LLM_DOWN, ERR_BUSY, says);
    if (++talk->retries > RETRIES_MOST)
        return STEP_END;
    talk->rest_until = clock_us() + pause_us(talk);
    return talk->rest_until < talk->caller->deadline ? STEP_AGAIN : STEP_END;
}

static void
count_estimated(const struct talk *talk, struct ledger_call *call)
{
    struct completion_reply reply = talk->reply;

    call->estimated = !reply.counted;
    if (!reply.counted) {
        reply.prompt_tokens = call->prompt_tokens;
        reply.completion_tokens = endpoint_tokens(talk->answer.body.len);
    }
    call->prompt_tokens = reply.prompt_tokens;
    call->completion_tokens = reply.completion_tokens;
    call->cost =
        endpoint_cost(talk->caller->endpoint, reply.prompt_tokens, reply.completion_tokens);
}

/* Nothing was worked on. */
static void
count_nothing(struct ledger_call *call)
{
    call->prompt_tokens = call->completion_tokens = 0;
    call->cost = 0;
    call->estimated = false;
}

/* What the endpoint said goes to the log, unless it says the key, too. */
static void
note_refusal(struct talk *talk, long status)
{
    struct str says = completion_failure(
        talk->caller->arena, (struct str){talk->answer.body.data, talk->answer.body.len});
    const char *key = endpoint_key(talk->caller->endpoint);
    const char *text = says.at == NULL ? "" : str_copy(talk->caller->arena, says);

    if (key[0] != '\0' && strstr(text, key) != NULL)
        text = "(its words hold the key)";
    log_say(LOG_WARN_LEVEL, "llm.refused", "%s: status %ld %.160s", talk->ask->task, status,
            text);
}

static enum step
after_status(struct talk *talk, struct ledger_call *call, enum llm_end *end_out)
{
    long status = talk->answer.status;
    bool busy = status == 408 || status == 409 || status == 429;

    count_nothing(call);
    call->outcome = str_format(talk->caller->arena, "status %ld", status);
    note_refusal(talk, status);
    if (status >= 500)
        endpoint_note(talk->caller->endpoint, false);
    if (status >= 500 || busy)
        return again_later(talk,
                           status == 429 ? "the language model is asked too much"
                                         : "the language model's endpoint fails",
                           end_out);
    if (status == 400 && !talk->completion.plain) {
        talk->completion.plain = talk->downgraded = true;
        return STEP_AGAIN;
    }
    if (status >= 400 && status != 401 && status != 403 && status != 404)
        *end_out = end(talk, LLM_WRONG, ERR_BUSY,
                       "the language model's endpoint does not take this request");
    else
        *end_out = end(talk, LLM_DENIED, ERR_BUSY, "the language model's endpoint refuses us");
    return STEP_END;
}

/* The bad reply and what is wrong with it are said to the model, once. */
static enum step
mend(struct talk *talk, struct ledger_call *call, const struct err *wrong,
     enum llm_end *end_out)
{
    struct arena *arena = talk->caller->arena;
    struct completion_turn *turns = talk->completion.turns;
    struct str said = talk->reply.content;

    call->outcome = "wrong";
    *end_out = end(talk, LLM_WRONG, ERR_BUSY,
                   "the language model's reply is not of the form that was asked for");
    if (talk->mended || said.at == NULL || said.len > MEND_BYTES)
        return STEP_END;
    talk->mended = true;
    turns[2] = (struct completion_turn){"assistant", said};
    turns[3] = (struct completion_turn){
        "user", str_of(str_format(arena,
                                  "That does not fit the schema: %.200s\nSay the same as one "
                                  "JSON object that fits it, and nothing else.",
                                  wrong->text))};
    talk->completion.turns_count = 4;
    return STEP_AGAIN;
}

static enum step
after_reply(struct talk *talk, struct ledger_call *call, enum llm_end *end_out)
{
    struct arena *arena = talk->caller->arena;
    struct str body = {talk->answer.body.data, talk->answer.body.len};
    struct err wrong = {.kind = ERR_NONE};
    bool read = completion_read(arena, body, &talk->reply, &wrong);

    count_estimated(talk, call);
    endpoint_note(talk->caller->endpoint, read);
    if (talk->downgraded && read)
        endpoint_set_plain(talk->caller->endpoint);
    if (!read) {
        call->outcome = "no completion";
        return again_later(talk, "the endpoint answers, but not as a language model does",
                           end_out);
    }
    if (talk->reply.end == COMPLETION_CUT) {
        call->outcome = "cut";
        *end_out = end(talk, LLM_CUT, ERR_BUSY, "the language model's reply grew too long");
        return STEP_END;
    }
    if (talk->reply.end == COMPLETION_REFUSED) {
        call->outcome = "refused";
        *end_out = end(talk, LLM_REFUSED, ERR_BUSY, "the language model refuses to answer");
        return STEP_END;
    }
    if (!js_parse(arena, talk->reply.content, &talk->tree, &wrong) ||
        !talk->ask->fits(talk->tree, &wrong))
        return mend(talk, call, &wrong, end_out);
    call->outcome = "ok";
    *end_out = LLM_DONE;
    return STEP_END;
}

/* What is reserved stays taken where the endpoint may have worked on what it did not finish
   telling. */
static enum step
judge(struct talk *talk, enum http_end how, struct ledger_call *call, enum llm_end *end_out)
{
    call->completion_tokens = 0;
    call->estimated = true;
    switch (how) {
    case HTTP_ANSWERED:
        return talk->answer.status == 200 ? after_reply(talk, call, end_out)
                                          : after_status(talk, call, end_out);
    case HTTP_CLOSED: /* which only a guarded request is */
    case HTTP_UNREACHED:
        count_nothing(call);
        call->outcome = "unreached";
        endpoint_note(talk->caller->endpoint, false);
        return again_later(talk, "the language model's endpoint cannot be reached", end_out);
    case HTTP_BROKEN:
        call->outcome = "broken";
        endpoint_note(talk->caller->endpoint, false);
        return again_later(talk, "the language model's endpoint broke off", end_out);
    case HTTP_LATE:
        call->outcome = "late";
        endpoint_note(talk->caller->endpoint, false);
        return again_later(talk, "the language model did not answer in time", end_out);
    case HTTP_LARGE:
        call->outcome = "large";
        *end_out = end(talk, LLM_WRONG, ERR_BUSY, "the endpoint's answer is too large");
        return STEP_END;
    case HTTP_GONE: break;
    }
    call->outcome = "gone";
    *end_out = end(talk, LLM_GONE, ERR_GONE, "nobody waits for the answer any more");
    return STEP_END;
}

static struct ledger_call
price(const struct talk *talk, struct str body)
{
    const struct endpoint *endpoint = talk->caller->endpoint;

    /* No tokenizer makes more tokens than there are bytes. */
    return (struct ledger_call){
        .task = talk->ask->task,
        .model = endpoint_model(endpoint),
        .attempt = talk->attempts,
        .prompt_tokens = endpoint_tokens(body.len),
        .cost = endpoint_cost(endpoint, (long)body.len, talk->completion.most_tokens),
        .budget = endpoint_budget(endpoint)};
}

static int64_t
deadline_of(const struct llm_caller *caller)
{
    int64_t most = clock_us() + endpoint_timeout_us(caller->endpoint);

    return most < caller->deadline ? most : caller->deadline;
}

static enum http_end
post(struct talk *talk, struct str body, struct ledger_call *call)
{
    const struct llm_caller *caller = talk->caller;
    struct http_post http = {.url = endpoint_url(caller->endpoint),
                             .key = endpoint_key(caller->endpoint),
                             .body = body,
                             .most = REPLY_MOST,
                             .deadline = deadline_of(caller),
                             .stop = caller->stop};
    int64_t began = clock_us();
    enum http_end how;

    assert(!conn_in_transaction(caller->conn));
    how = http_post(caller->arena, &http, &talk->answer);
    call->us = clock_us() - began;
    metric_add(METRIC_llm_calls_total, 1);
    metric_time(METRIC_llm_seconds, call->us);
    return how;
}

/* Reserve, call, settle. */
static enum step
attempt(struct talk *talk, enum llm_end *end_out)
{
    const struct llm_caller *caller = talk->caller;
    struct ledger ledger = {caller->conn, caller->arena, caller->claims, caller->tenant,
                            caller->stop};
    struct err unsettled = {.kind = ERR_NONE};
    struct ledger_call call;
    bool granted = false;
    struct buf body;
    enum step step;

    talk->attempts++;
    talk->reply = (struct completion_reply){.end = COMPLETION_WHOLE};
    buf_start(&body, caller->arena, talk->ask->data.len + 4096);
    completion_write(&talk->completion, &body);
    call = price(talk, (struct str){body.data, body.len});
    if (!ledger_reserve(&ledger, &call, &granted, &talk->why)) {
        *end_out = talk->why.kind == ERR_GONE ? LLM_GONE : LLM_FAILED;
        return STEP_END;
    }
    if (!granted) {
        *end_out = end(talk, LLM_BUDGET, ERR_BUSY,
                       "this month's budget for the language model is spent");
        return STEP_END;
    }
    step = judge(talk, post(talk, (struct str){body.data, body.len}, &call), &call, end_out);
    metric_add(METRIC_llm_failures_total, strcmp(call.outcome, "ok") != 0);
    if (!ledger_settle(&ledger, &call, &unsettled))
        log_say(LOG_WARN_LEVEL, "llm.unsettled", "a call counts with its highest price: %s",
                unsettled.text);
    return step;
}

static enum llm_end
converse(struct talk *talk)
{
    enum llm_end how = LLM_DOWN;

    for (;;) {
        talk->why = (struct err){.kind = ERR_NONE};
        if (!endpoint_may_ask(talk->caller->endpoint))
            return end(talk, LLM_DOWN, ERR_BUSY,
                       "the language model's endpoint failed lately and is left alone");
        talk->rest_until = 0;
        if (attempt(talk, &how) == STEP_END)
            return how;
        if (!http_rest(talk->rest_until, talk->caller->stop))
            return end(talk, LLM_GONE, ERR_GONE, "nobody waits for the answer any more");
    }
}

static struct completion
completion_of(const struct endpoint *endpoint, const struct llm_ask *ask)
{
    return (struct completion){.model = endpoint_model(endpoint),
                               .turns = {{"system", ask->rules}, {"user", ask->data}},
                               .turns_count = 2,
                               .schema_name = ask->schema_name,
                               .schema = ask->schema,
                               .plain = endpoint_is_plain(endpoint),
                               .most_tokens = endpoint_reply_tokens(endpoint)};
}

enum llm_end
llm_get(const struct llm_caller *caller, const struct llm_ask *ask,
        struct json_object **reply_out, struct err *err)
{
    struct talk talk = {
        .caller = caller, .ask = ask, .completion = completion_of(caller->endpoint, ask)};
    enum llm_end how;

    if (!endpoint_enter(caller->endpoint)) {
        err_set(err, ERR_BUSY, "as many as may wait for the language model already do");
        return LLM_DOWN;
    }
    how = converse(&talk);
    endpoint_leave(caller->endpoint);
    if (how == LLM_DONE)
        *reply_out = talk.tree;
    else if (err->kind == ERR_NONE)
        *err = talk.why;
    return how;
}

struct llm_estimate
llm_estimate(const struct endpoint *endpoint, struct arena *arena, const struct llm_ask *ask,
             size_t reply_bytes)
{
    struct completion completion = completion_of(endpoint, ask);
    struct llm_estimate estimate;
    struct buf body;

    buf_start(&body, arena, ask->data.len + 4096);
    completion_write(&completion, &body);
    estimate.prompt_tokens = endpoint_tokens(body.len);
    estimate.likely_cost =
        endpoint_cost(endpoint, estimate.prompt_tokens, endpoint_tokens(reply_bytes));
    estimate.most_cost = endpoint_cost(endpoint, (long)body.len, completion.most_tokens);
    return estimate;
}
