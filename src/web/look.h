/*
 * look: what the streams of a process wait for, looked up in Postgres in one trip.
 *
 * Messages are asked for by the number of the last one that came, watched resources by their
 * versions, topics by the transactions that told them: so what a lost connection did not bring
 * is found by the first look on a new one.
 */
#ifndef WEB_LOOK_H
#define WEB_LOOK_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/uuid.h"
#include "db/conn.h"

#include <stdbool.h>
#include <stdint.h>

struct streams;

#define LOOK_HORIZON 24 /* room for an xid8 as text */

/* Of one thread. */
struct look {
    struct streams *streams;
    struct conn *conn;
    struct arena *arena; /* until the end of a look */
    struct buf words;    /* "TENANT TOPIC" and a NUL, for each topic whose words are wanted */
    char before[LOOK_HORIZON], horizon[LOOK_HORIZON]; /* the last two; "" none */
    char holder[UUID_TEXT]; /* what this connection holds the streams by that take turns */
    int64_t horizon_at, watched_at; /* clock_us() at which each is due */
};

void look_start(struct look *look, struct streams *streams, const char *conninfo);
void look_end(struct look *look);

/* The next look also brings the words of this topic. */
void look_want(struct look *look, struct str tenant, struct str topic);

/* Before the first look on a new connection. */
bool look_begin(struct look *look, struct err *err);

/* Look up what is due and give it to the streams; no trip when nothing is.  `all`: whatever may
   have been missed, too. */
bool look_up(struct look *look, bool all, struct err *err);

/* When a look is due although nothing was heard. */
int64_t look_next(const struct look *look);

#endif
