/*
 * endpoint: the language model of this installation: where it is, what it costs, how it does.
 */
#include "llm/endpoint.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAILURES_MOST 5 /* in a row */
#define MILLION       1000000

struct endpoint {
    char *url;
    const char *key, *model;
    long budget, price_input, price_output, reply_tokens, seats;
    int64_t timeout_us, pause_us;
    atomic_long taken;
    atomic_int failures;
    atomic_llong closed_until; /* clock_us(); 0: open for all */
    atomic_bool is_plain;
};

/* What a header or an address may hold. */
static bool
is_plain_text(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text <= ' ' || (unsigned char)*text >= 0x7f)
            return false;
    return true;
}

static bool
url_check(const char *url, struct err *err)
{
    const char *host = strstr(url, "://");

    if (strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0)
        return err_set(err, ERR_INPUT, "llm_url must begin with https:// or http://");
    if (!is_plain_text(url) || strpbrk(url, "?#") != NULL)
        return err_set(err, ERR_INPUT, "llm_url is an address without blanks, '?' and '#'");
    host += 3;
    if (memchr(host, '@', strcspn(host, "/")) != NULL)
        return err_set(err, ERR_INPUT, "llm_url must not hold a password: set llm_key");
    return true;
}

static bool
settings_check(struct err *err)
{
    if (!url_check(conf_text(CONF_llm_url), err))
        return false;
    if (conf_text(CONF_llm_model)[0] == '\0')
        return err_set(err, ERR_INPUT, "llm_url is set, so say which model: set llm_model");
    if (strcmp(conf_origin(CONF_llm_key), "command line") == 0)
        return err_set(err, ERR_INPUT,
                       "everybody sees a command line: set llm_key in the settings' file or "
                       "in the environment");
    if (!is_plain_text(conf_text(CONF_llm_key)))
        return err_set(err, ERR_INPUT, "llm_key has characters that no key has");
    if (conf_long(CONF_llm_budget) > 0 && conf_long(CONF_llm_price_input) == 0 &&
        conf_long(CONF_llm_price_output) == 0)
        return err_set(err, ERR_INPUT,
                       "llm_budget holds nothing back without llm_price_input and "
                       "llm_price_output");
    return true;
}

static char *
url_make(const char *base)
{
    static const char tail[] = "/chat/completions";
    size_t len = strlen(base), room = len + sizeof tail;
    char *url = malloc(room);

    if (url == NULL)
        abort();
    while (len > 0 && base[len - 1] == '/')
        len--;
    snprintf(url, room, "%.*s%s", (int)len, base, tail);
    return url;
}

bool
endpoint_open(struct endpoint **endpoint_out, struct err *err)
{
    struct endpoint *endpoint;

    *endpoint_out = NULL;
    if (conf_text(CONF_llm_url)[0] == '\0')
        return true;
    if (!settings_check(err))
        return false;
    endpoint = calloc(1, sizeof *endpoint);
    if (endpoint == NULL)
        abort();
    endpoint->url = url_make(conf_text(CONF_llm_url));
    endpoint->key = conf_text(CONF_llm_key);
    endpoint->model = conf_text(CONF_llm_model);
    endpoint->budget = conf_long(CONF_llm_budget);
    endpoint->price_input = conf_long(CONF_llm_price_input);
    endpoint->price_output = conf_long(CONF_llm_price_output);
    endpoint->reply_tokens = conf_long(CONF_llm_reply_tokens);
    endpoint->seats = conf_long(CONF_llm_parallel);
    endpoint->timeout_us = conf_long(CONF_llm_timeout) * 1000;
    endpoint->pause_us = conf_long(CONF_llm_pause) * (int64_t)MILLION;
    *endpoint_out = endpoint;
    return true;
}

void
endpoint_close(struct endpoint *endpoint)
{
    if (endpoint != NULL)
        free(endpoint->url);
    free(endpoint);
}

const char *
endpoint_url(const struct endpoint *endpoint)
{
    return endpoint->url;
}

const char *
endpoint_key(const struct endpoint *endpoint)
{
    return endpoint->key;
}

const char *
endpoint_model(const struct endpoint *endpoint)
{
    return endpoint->model;
}

long
endpoint_budget(const struct endpoint *endpoint)
{
    return endpoint->budget;
}

long
endpoint_reply_tokens(const struct endpoint *endpoint)
{
    return endpoint->reply_tokens;
}

int64_t
endpoint_timeout_us(const struct endpoint *endpoint)
{
    return endpoint->timeout_us;
}

int64_t
endpoint_cost(const struct endpoint *endpoint, long prompt_tokens, long completion_tokens)
{
    double cost = (double)prompt_tokens * (double)endpoint->price_input +
                  (double)completion_tokens * (double)endpoint->price_output;

    return (int64_t)((cost + MILLION - 1) / MILLION);
}

long
endpoint_tokens(size_t bytes)
{
    return (long)(bytes / 4 + 1);
}

bool
endpoint_enter(struct endpoint *endpoint)
{
    if (atomic_fetch_add(&endpoint->taken, 1) < endpoint->seats)
        return true;
    endpoint_leave(endpoint);
    return false;
}

void
endpoint_leave(struct endpoint *endpoint)
{
    atomic_fetch_sub(&endpoint->taken, 1);
}

bool
endpoint_may_ask(struct endpoint *endpoint)
{
    long long until = atomic_load(&endpoint->closed_until), now = clock_us();

    if (until == 0)
        return true;
    /* The one who moves the end of the pause tries; the others wait for what comes of it. */
    return now >= until && atomic_compare_exchange_strong(&endpoint->closed_until, &until,
                                                          now + endpoint->pause_us);
}

void
endpoint_note(struct endpoint *endpoint, bool works)
{
    if (works) {
        atomic_store(&endpoint->failures, 0);
        if (atomic_exchange(&endpoint->closed_until, 0) != 0)
            log_say(LOG_INFO_LEVEL, "llm.works", "the language model answers again");
        return;
    }
    if (atomic_fetch_add(&endpoint->failures, 1) + 1 < FAILURES_MOST)
        return;
    if (atomic_exchange(&endpoint->closed_until, clock_us() + endpoint->pause_us) == 0)
        log_say(LOG_WARN_LEVEL, "llm.rests",
                "the language model failed %d times in a row and is left alone for a while",
                FAILURES_MOST);
}

bool
endpoint_is_failing(const struct endpoint *endpoint)
{
    return atomic_load(&endpoint->closed_until) != 0;
}

bool
endpoint_is_plain(const struct endpoint *endpoint)
{
    return atomic_load(&endpoint->is_plain);
}

void
endpoint_set_plain(struct endpoint *endpoint)
{
    if (!atomic_exchange(&endpoint->is_plain, true))
        log_say(LOG_INFO_LEVEL, "llm.plain",
                "the language model's endpoint knows no schemas: json_object is asked for");
}
