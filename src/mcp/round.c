/*
 * round: questions to the client, and the answers and the state that come back with the call.
 */
#include "access/vault.h"
#include "base/clock.h"
#include "base/js.h"
#include "embed/service.h"
#include "mcp/client.h"
#include "mcp/push.h"
#include "mcp/talk.h"

#include <limits.h>
#include <string.h>

#define HEAD_MOST 64

static bool
secret(struct ctx *ctx, unsigned char key[SEAL_KEY])
{
    return vault_key(ctx->service->vault, ctx->conn, ctx->arena, ctx->deadline, key, &ctx->err);
}

/* An answer to one of the kinds of questions that there are: a form or address (action), a
   model's words (role, content), folders (roots). */
bool
round_is_answer(struct json_object *value)
{
    struct str action = js_str(js_find(value, "action"));
    struct json_object *content = js_find(value, "content");

    if (js_type(value) != JS_OBJECT)
        return false;
    if (js_has(value, "action"))
        return (str_is(action, "accept") || str_is(action, "decline") ||
                str_is(action, "cancel")) &&
               (content == NULL || js_type(content) == JS_OBJECT);
    return js_type(js_find(value, "roots")) == JS_ARRAY ||
           (js_str(js_find(value, "role")).at != NULL && content != NULL);
}

static bool
responses_read(struct ctx *ctx, struct talk *talk)
{
    struct json_object *responses = js_find(talk->rpc->params, "inputResponses");

    if (!js_has(talk->rpc->params, "inputResponses"))
        return true;
    if (js_type(responses) != JS_OBJECT) {
        rpc_error(ctx, talk->rpc, 200, RPC_PARAMS, NULL,
                  "inputResponses must be an object of answers by the keys of inputRequests");
        return false;
    }
    for (struct js_place at = {0}; js_next(responses, &at);)
        if (!round_is_answer(at.value)) {
            rpc_error(ctx, talk->rpc, 200, RPC_PARAMS, NULL,
                      "inputResponses.%.60s is not the result of a question", at.name);
            return false;
        }
    talk->turn.responses = responses;
    return true;
}

/* What is sealed is "EXPIRES NONCE " and what was kept. */
bool
round_parse(struct str text, int64_t now, struct talk *talk)
{
    struct str expires, nonce;
    long until;

    if (!str_word(&text, &expires) || !str_word(&text, &nonce) || !uuid_is(nonce) ||
        !str_to_long(expires, 0, LONG_MAX, &until) || until <= now)
        return false;
    memcpy(talk->nonce, nonce.at, UUID_TEXT - 1);
    talk->nonce[UUID_TEXT - 1] = '\0';
    talk->expires = until;
    talk->turn.state = text;
    return true;
}

bool
round_open(struct ctx *ctx, struct talk *talk)
{
    struct str sent = js_str(js_find(talk->rpc->params, "requestState")), text;
    unsigned char key[SEAL_KEY];
    bool right;

    if (talk->rpc->push != NULL) {
        talk->turn.responses = talk->rpc->push->responses;
        talk->turn.state = talk->rpc->push->state;
        return true;
    }
    if (!responses_read(ctx, talk))
        return false;
    if (!js_has(talk->rpc->params, "requestState"))
        return true;
    if (!secret(ctx, key)) {
        rpc_refuse(ctx, talk->rpc);
        return false;
    }
    right = seal_open(ctx->arena, key, talk->about, sent, &text) &&
            round_parse(text, clock_wall(), talk);
    explicit_bzero(key, sizeof key);
    if (!right)
        rpc_error(ctx, talk->rpc, 200, RPC_PARAMS, NULL,
                  "requestState is not of this call or has expired: call again without it");
    return right;
}

/* What the questions need and the client has not. */
static bool
missing(struct ctx *ctx, unsigned *missing_out)
{
    struct turn *turn = ctx->turn;
    struct json_object *questions;

    *missing_out = 0;
    if (!js_parse(ctx->arena, str_of(turn->questions), &questions, &ctx->err))
        return false;
    for (struct js_place at = {0}; js_next(questions, &at);)
        *missing_out |=
            client_needs(js_str(js_find(at.value, "method")), js_find(at.value, "params"));
    *missing_out &= ~turn->client;
    return true;
}

static bool
cannot(struct ctx *ctx, const struct rpc *rpc, unsigned needs)
{
    struct buf data;
    struct emit json;

    if (!rpc->is_modern)
        return err_set(&ctx->err, ERR_UNAVAILABLE,
                       "this tool asks back, which your client has not declared that it can "
                       "answer");
    buf_start(&data, ctx->arena, 128);
    emit_start(&json, &data);
    emit_object(&json, NULL);
    client_emit(&json, "requiredCapabilities", needs);
    emit_object_end(&json);
    return rpc_error(ctx, rpc, 400, RPC_CLIENT, data.data,
                     "this call asks what the client has not declared that it can answer");
}

static bool
seal(struct ctx *ctx, const struct talk *talk, char **state_out)
{
    int64_t expires = clock_wall() + ROUND_SECONDS * 1000000;
    struct str keep = talk->turn.keep;
    unsigned char key[SEAL_KEY];
    char nonce[UUID_TEXT];
    struct buf text;

    if (!secret(ctx, key))
        return false;
    uuid_new(nonce);
    buf_start(&text, ctx->arena, HEAD_MOST + keep.len);
    buf_fmt(&text, "%lld %s ", (long long)expires, nonce);
    buf_add(&text, keep.at, keep.len);
    *state_out = seal_close(ctx->arena, key, talk->about, (struct str){text.data, text.len});
    explicit_bzero(key, sizeof key);
    return true;
}

bool
round_ask(struct ctx *ctx)
{
    struct talk *talk = talk_of(ctx);
    unsigned needs;
    char *state;
    struct emit *json;

    if (!missing(ctx, &needs))
        return false;
    if (needs != 0)
        return cannot(ctx, talk->rpc, needs);
    if (!talk->rpc->is_modern)
        return push_ask(ctx);
    if (!talk_settle(ctx) || !seal(ctx, talk, &state))
        return false;
    json = rpc_result_of(ctx, talk->rpc, "input_required");
    emit_raw(json, "inputRequests", talk->turn.questions);
    emit_text(json, "requestState", state);
    rpc_result_end(json);
    return true;
}
