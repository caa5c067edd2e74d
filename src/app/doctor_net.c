/*
 * doctor_net: checks that speak to Redis, to the language model and, as any client does, to the
 * installation itself.
 */
#include "app/doctor.h"
#include "base/clock.h"
#include "base/str.h"
#include "bus/redis.h"
#include "llm/endpoint.h"
#include "llm/http.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define REDIS_US     2000000
#define HTTP_SECONDS 5
#define HTTP_ANSWER  4096
#define LLM_US       10000000
#define LLM_ANSWER   4194304

void
doctor_redis(struct doctor *doctor, struct doctor_finding *finding)
{
    const char *url = conf_text(CONF_redis);
    struct err err = {.kind = ERR_NONE};
    struct redis *redis = NULL;
    int64_t us = 0;

    (void)doctor;
    if (*url == '\0')
        return doctor_say(finding, DOCTOR_SKIPPED, "none is set: events stay in Postgres");
    if (redis_new(url, &redis, &err) && redis_ping(redis, clock_us() + REDIS_US, &us, &err)) {
        doctor_say(finding, DOCTOR_OK, "%s answered in %.1f ms", redis_place(redis),
                   (double)us / 1000);
    } else {
        doctor_err(finding, err.kind == ERR_INPUT ? DOCTOR_FAILED : DOCTOR_WARNING, &err);
        doctor_mend(finding, "see that Redis runs and that the setting redis is right; events "
                             "wait in Postgres meanwhile");
    }
    redis_free(redis);
}

/* What the endpoint said when it was asked which models it has. */
static void
models_judge(const struct doctor *doctor, const struct endpoint *llm,
             const struct http_answer *answer, struct doctor_finding *finding)
{
    const char *model = endpoint_model(llm);

    if (answer->status == 401 || answer->status == 403) {
        doctor_say(finding, DOCTOR_WARNING, "the endpoint refuses the key (%ld)",
                   answer->status);
        doctor_mend(finding, "correct the setting llm_key");
    } else if (answer->status >= 500) {
        doctor_say(finding, DOCTOR_WARNING, "the endpoint answers %ld", answer->status);
        doctor_mend(finding, "see that the service at llm_url is well");
    } else if (answer->status != 200) {
        doctor_say(finding, DOCTOR_OK,
                   "the endpoint answers, but does not list its models (%ld): whether it has "
                   "%s was not tried",
                   answer->status, model);
    } else if (strstr(answer->body.data, str_format(doctor->arena, "\"%s\"", model)) == NULL) {
        doctor_say(finding, DOCTOR_WARNING, "the endpoint does not list a model %s", model);
        doctor_mend(finding, "correct the setting llm_model, or install that model there");
    } else {
        doctor_say(finding, DOCTOR_OK, "the endpoint has %s", model);
    }
}

/* Asks for the list of models, which costs nothing. */
static void
models_ask(const struct doctor *doctor, const struct endpoint *llm,
           struct doctor_finding *finding)
{
    size_t base = strlen(endpoint_url(llm)) - strlen("/chat/completions");
    struct http_post post = {
        .url = str_format(doctor->arena, "%.*s/models", (int)base, endpoint_url(llm)),
        .key = endpoint_key(llm),
        .method = "GET",
        .most = LLM_ANSWER,
        .deadline = clock_us() + LLM_US,
        .stop = -1};
    struct http_answer answer = {0};

    if (http_post(doctor->arena, &post, &answer) == HTTP_ANSWERED)
        return models_judge(doctor, llm, &answer, finding);
    doctor_say(finding, DOCTOR_WARNING, "%s does not answer: %s", post.url, answer.cause);
    doctor_mend(finding, "see that the service runs and that the setting llm_url is right; "
                         "answers are sentences of records meanwhile");
}

void
doctor_llm(struct doctor *doctor, struct doctor_finding *finding)
{
    struct err err = {.kind = ERR_NONE};
    struct endpoint *llm = NULL;

    if (!endpoint_open(&llm, &err)) {
        doctor_err(finding, DOCTOR_FAILED, &err);
        doctor_mend(finding, "correct the settings llm_*");
    } else if (llm == NULL) {
        doctor_say(finding, DOCTOR_SKIPPED,
                   "no llm_url is set: no language model is asked anything");
    } else {
        models_ask(doctor, llm, finding);
    }
    endpoint_close(llm);
}

/* http://host[:port] in its parts; IPv6 addresses stand in brackets. */
struct place {
    char host[256], port[8];
};

static bool
place_read(const char *url, struct place *place)
{
    struct str host, port = STR("80");
    const char *end;

    if (strncmp(url, "http://", 7) != 0)
        return false;
    host.at = url + 7;
    host.len = strcspn(host.at, *host.at == '[' ? "]/?#" : ":/?#");
    end = host.at + host.len;
    if (*host.at == '[') {
        if (*end++ != ']')
            return false;
        host = (struct str){host.at + 1, host.len - 1};
    }
    if (*end == ':')
        port = (struct str){end + 1, strcspn(end + 1, "/?#")};
    if (host.len == 0 || host.len >= sizeof place->host || port.len == 0 ||
        port.len >= sizeof place->port)
        return false;
    snprintf(place->host, sizeof place->host, "%.*s", (int)host.len, host.at);
    snprintf(place->port, sizeof place->port, "%.*s", (int)port.len, port.at);
    return true;
}

/* A connected socket with a short patience, or -1 with errno. */
static int
dial(const struct addrinfo *to)
{
    struct timeval patience = {.tv_sec = HTTP_SECONDS};
    int fd = socket(to->ai_family, to->ai_socktype | SOCK_CLOEXEC, to->ai_protocol), why;

    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(fd, to->ai_addr, to->ai_addrlen) == 0)
        return fd;
    why = errno;
    close(fd);
    errno = why;
    return -1;
}

/* Sends the question and reads what fits into `answer`, which ends with a NUL. */
static bool
converse(int fd, const struct place *place, char answer[HTTP_ANSWER])
{
    char question[400];
    size_t got = 0;
    int len = snprintf(question, sizeof question,
                       "GET /readyz HTTP/1.0\r\nHost: %s:%s\r\nConnection: close\r\n\r\n",
                       place->host, place->port);

    if (send(fd, question, (size_t)len, MSG_NOSIGNAL) != len)
        return false;
    while (got < HTTP_ANSWER - 1) {
        ssize_t step = recv(fd, answer + got, HTTP_ANSWER - 1 - got, 0);

        if (step < 0)
            return false;
        if (step == 0)
            break;
        got += (size_t)step;
    }
    answer[got] = '\0';
    return true;
}

static bool
http_ask(const struct place *place, char answer[HTTP_ANSWER], const char **why_out)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
    int result = getaddrinfo(place->host, place->port, &hints, &list), fd = -1;
    bool done;

    if (result != 0) {
        *why_out = gai_strerror(result);
        return false;
    }
    for (struct addrinfo *to = list; to != NULL && fd < 0; to = to->ai_next)
        fd = dial(to);
    freeaddrinfo(list);
    done = fd >= 0 && converse(fd, place, answer);
    *why_out = strerror(errno);
    if (fd >= 0)
        close(fd);
    return done;
}

/* What /readyz answered: 200 with "pass" or "warn", 503 with "fail", or somebody else's page.
 */
static void
readiness_judge(const char *url, const char *answer, struct doctor_finding *finding)
{
    const char *body = strstr(answer, "\r\n\r\n");
    long status = 0;

    if (strncmp(answer, "HTTP/1.", 7) != 0 || strlen(answer) < 12 ||
        !str_to_long((struct str){answer + 9, 3}, 100, 999, &status) || body == NULL ||
        strstr(body, "\"checks\"") == NULL) {
        doctor_say(finding, DOCTOR_FAILED, "%s/readyz answers, but not as Kvasir does (%ld)",
                   url, status);
        doctor_mend(finding, "see that nginx runs with this site and that kvasir-fcgi runs");
    } else if (status == 200 && strstr(body, "\"status\":\"warn\"") == NULL) {
        doctor_say(finding, DOCTOR_OK, "%s is ready", url);
    } else {
        doctor_say(finding, status == 200 ? DOCTOR_WARNING : DOCTOR_FAILED,
                   "%s/readyz answers %ld: %.300s", url, status, body + 4);
        doctor_mend(finding, "the reasons stand in that answer");
    }
}

void
doctor_url(struct doctor *doctor, struct doctor_finding *finding)
{
    const char *url = conf_text(CONF_url), *why = NULL;
    char answer[HTTP_ANSWER];
    struct place place;

    (void)doctor;
    if (!place_read(url, &place)) {
        doctor_say(finding, DOCTOR_SKIPPED, "%s is not asked: only http://host:port is", url);
    } else if (!http_ask(&place, answer, &why)) {
        doctor_say(finding, DOCTOR_FAILED, "%s does not answer: %s", url, why);
        doctor_mend(finding, "see that nginx runs and that the setting url is right");
    } else {
        readiness_judge(url, answer, finding);
    }
}
