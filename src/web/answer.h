/*
 * answer: one request from its parameters to its last byte, its log line and its counts.
 */
#ifndef WEB_ANSWER_H
#define WEB_ANSWER_H

#include "base/arena.h"
#include "db/conn.h"
#include "web/fcgi.h"
#include "web/serve.h"
#include "web/streams.h"

/* What a request thread owns. */
struct answerer {
    const struct serve *serve;
    struct arena *arena;
    struct conn *conn;
    struct fcgi *fcgi;
    struct streams *streams;
};

enum answer_end {
    ANSWER_WHOLE,
    ANSWER_SPOILT, /* part of the body was left unread: the connection cannot be used again */
    ANSWER_OPEN,   /* nothing is written yet: *plan_out says what streams_take() shall */
};

/* Answer the request that fcgi_begin() has read from `fd`. */
enum answer_end answer_request(const struct answerer *own, int fd,
                               const struct stream_plan **plan_out);

#endif
