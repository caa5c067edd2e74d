/*
 * endpoint: the language model of this installation: where it is, what it costs, how it does.
 *
 * One for the process, shared by its threads.  What it remembers are three things: whether the
 * endpoint knows schemas, how often in a row it failed, and how many wait for it.
 */
#ifndef LLM_ENDPOINT_H
#define LLM_ENDPOINT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct endpoint;

/* By the settings llm_*; NULL and true when there is no llm_url. */
bool endpoint_open(struct endpoint **endpoint_out, struct err *err);
void endpoint_close(struct endpoint *endpoint);

const char *endpoint_url(const struct endpoint *endpoint); /* of chat completions */
const char *endpoint_key(const struct endpoint *endpoint); /* "" when there is none */
const char *endpoint_model(const struct endpoint *endpoint);
long endpoint_budget(const struct endpoint *endpoint);       /* micro-USD a month; 0: none */
long endpoint_reply_tokens(const struct endpoint *endpoint); /* most of one reply */
int64_t endpoint_timeout_us(const struct endpoint *endpoint);

/* Micro-USD, rounded up. */
int64_t endpoint_cost(const struct endpoint *endpoint, long prompt_tokens,
                      long completion_tokens);
/* Of so many bytes of text: what they are likely to be. */
long endpoint_tokens(size_t bytes);

/* A seat among those who may wait; false when all are taken. */
bool endpoint_enter(struct endpoint *endpoint);
void endpoint_leave(struct endpoint *endpoint);

/* The circuit breaker: after some failures in a row nobody asks for llm_pause seconds, then one
   does. */
bool endpoint_may_ask(struct endpoint *endpoint);
void endpoint_note(struct endpoint *endpoint, bool works);
/* Whether it has failed so often, and not answered since. */
bool endpoint_is_failing(const struct endpoint *endpoint);

/* Whether schemas are not understood, so that json_object is asked for. */
bool endpoint_is_plain(const struct endpoint *endpoint);
void endpoint_set_plain(struct endpoint *endpoint);

#endif
