/*
 * reply: what goes back: a status, a few headers, a body in the request's arena.
 */
#ifndef WEB_REPLY_H
#define WEB_REPLY_H

#include "base/buf.h"
#include "base/emit.h"
#include "base/err.h"

struct stream_plan;

struct reply {
    int status;               /* 0: nothing said yet */
    const char *content_type; /* default application/json */
    struct buf headers;       /* "Name: value\r\n" lines */
    struct buf body;
    struct emit json;           /* writes into body */
    struct stream_plan *stream; /* NULL: the body is all; else the response stays open */
    bool streams; /* pieces have gone out already: the body is the last one (web/piece.h) */
    bool left;    /* ... and nobody takes them any more */
};

void reply_start(struct reply *reply, struct arena *arena);
/* "Name: value" and its line end, for what is known to hold no line break. */
void reply_line(struct buf *head, const char *name, const char *value);
void reply_header(struct reply *reply, const char *name,
                  const char *value); /* CR, LF refused */

/* Begin a JSON body; then write with base/emit on the returned writer. */
struct emit *reply_json(struct reply *reply, int status);

/* The HTTP status for a kind of error, and the words that HTTP has for a status. */
int reply_status_of(enum err_kind kind);
const char *reply_reason(int status);

/* RFC 9457 problem document for an error; drops whatever the body held. */
void reply_problem(struct reply *reply, const struct err *err, const char *request_id);

#endif
