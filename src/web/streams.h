/*
 * streams: all open responses of a process, written by one thread that waits with epoll.
 *
 * An idle stream costs a descriptor and some hundred bytes, and no thread.  web/news.c brings
 * what Postgres tells.  A client that hangs up frees its stream at once; one that does not read
 * is cut when more than `buffer` bytes wait for it and another message comes, or when
 * nothing moved between two signs of life.
 */
#ifndef WEB_STREAMS_H
#define WEB_STREAMS_H

#include "base/err.h"
#include "web/stream.h"

struct parcel_box;
struct streams; /* opaque; the functions below may be called by any thread */

struct streams_rules {
    const char *conninfo; /* for the connection that listens */
    size_t most;          /* open at once */
    size_t buffer;        /* bytes that may wait for a client */
    int64_t keepalive_us; /* between comments on a quiet stream */
    /* The connection back when a stream has ended: fd -1: closed. */
    void (*back)(void *own, void *peer, const struct fcgi_open *at, bool keep);
    void *own;
};

struct streams *streams_new(const struct streams_rules *rules, struct err *err);
void streams_free(struct streams *streams); /* when no stream is left */

bool streams_has_room(struct streams *streams);
/* The connection is ours from here on, whatever becomes of it. */
void streams_take(struct streams *streams, const struct stream_plan *plan,
                  const struct fcgi_open *at, void *peer);
/* The process ends: say farewell to all, and at once to each that still comes. */
void streams_end(struct streams *streams);

/* For web/news.c, look.c and floor.c. */
size_t streams_count(struct streams *streams);
/* Each stream under the lock; it may look at all and change is_due, seen and the versions. */
void streams_each(struct streams *streams, void (*each)(void *own, struct stream *stream),
                  void *own);
/* Those that took turns, or that somebody works for, and have ended since: each is shown once,
   when `each` is not NULL. */
bool streams_have_left(struct streams *streams);
void streams_forget_left(struct streams *streams,
                         void (*each)(void *own, struct stream *stream), void *own);
/* For web/post.c. */
struct parcel_box *streams_box(struct streams *streams);

#endif
