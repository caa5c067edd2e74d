/*
 * http: one request and its bounded answer; the door to libcurl for language models and HTTP
 * tools.
 *
 * Redirects are not followed.  The address of a language model is the operator's own word, and
 * nobody else's; an HTTP tool's is a tenant's, so it is guarded: only public addresses are
 * connected to, whatever a name resolves to at that moment, and no proxy stands between.
 */
#ifndef LLM_HTTP_H
#define LLM_HTTP_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum http_end {
    HTTP_ANSWERED,  /* status and body are whole */
    HTTP_UNREACHED, /* nobody took the request */
    HTTP_BROKEN,    /* it was sent, and the answer is missing or not whole */
    HTTP_LATE,      /* the same, because the deadline passed */
    HTTP_LARGE,     /* the answer is larger than `most` */
    HTTP_CLOSED, /* guarded, and all that the name stands for are addresses of no public network
                  */
    HTTP_GONE,   /* `stop` hung up: nobody waits any more */
};

struct http_post {
    const char *url;
    const char *key;            /* goes as a bearer token; "": none */
    const char *method;         /* NULL: POST */
    const char *const *headers; /* "Name: value", the last NULL; NULL: none but those of JSON */
    bool is_guarded;
    struct str body;  /* absent: none, and no Content-Type */
    size_t most;      /* bytes of an answer that are taken */
    int64_t deadline; /* clock_us() */
    int stop;         /* whose hang-up ends the wait; -1: nobody's */
};

struct http_answer {
    long status;       /* 0: none came */
    struct buf body;   /* as much as came */
    const char *type;  /* media type as sent, in the arena; "": not said */
    long retry_after;  /* seconds that the server asks to wait; 0: it does not say */
    const char *cause; /* of an answer that is none, in libcurl's words; no address, no key */
};

enum http_end http_post(struct arena *arena, const struct http_post *post,
                        struct http_answer *answer);

/* Waits; false when `stop` hung up first. */
bool http_rest(int64_t until, int stop);

#endif
