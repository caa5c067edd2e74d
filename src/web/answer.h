/*
 * answer: one request from its parameters to its last byte, its log line and its counts.
 */
#ifndef WEB_ANSWER_H
#define WEB_ANSWER_H

#include "base/arena.h"
#include "db/conn.h"
#include "web/fcgi.h"
#include "web/serve.h"

/* What a request thread owns. */
struct answerer {
    const struct serve *serve;
    struct arena *arena;
    struct conn *conn;
    struct fcgi *fcgi;
};

/* Answer the request that fcgi_begin() has read from `fd`.  False when part of its body was
   left unread, so that the connection cannot be used again. */
bool answer_request(const struct answerer *own, int fd);

#endif
