/*
 * fake_pq: a server that obeys a script, in place of libpq.
 *
 * Linked before libpq, its PQ* functions answer each pipeline with success unless `fake` says
 * what goes wrong and when, so that every failure can be had without a server.
 */
#ifndef TESTS_FAKE_PQ_H
#define TESTS_FAKE_PQ_H

#include <stdbool.h>

enum fake_event {
    FAKE_NOTHING,
    FAKE_ERROR,   /* an answer is an error with `state` and `message` */
    FAKE_LOSS,    /* the connection breaks instead of an answer */
    FAKE_SILENCE, /* the answer does not come until the statement is cancelled */
};

struct fake {
    int refuse_connects; /* so many attempts fail */
    bool forget_connect; /* an attempt is never answered */
    enum fake_event event;
    int at; /* before this answer of the pipeline; each message has one */
    const char *state, *message;
    bool cancel_ignored;
    char sent[512];  /* what the program did, in order: "connect prepare:ping run:ping sync" */
    int formats[64]; /* of the parameters of the last statement */
    int lengths[64];
    char first_bytes[64][32];
};

extern struct fake fake;

void fake_reset(void);
void fake_close_idle(void); /* the server closes the connection while nobody looks */

#endif
