/*
 * serve: a FastCGI responder: one dispatcher, a few request threads, a drain on SIGTERM.
 *
 * The dispatcher waits with epoll for new and for idle kept-alive connections and hands only
 * readable ones to a thread, so an idle connection of nginx costs no thread.  Each thread owns
 * an arena and a Postgres connection.  A response that stays open leaves its thread
 * (web/stream.h).  SIGTERM: stop listening, finish what runs, leave.
 */
#ifndef WEB_SERVE_H
#define WEB_SERVE_H

#include "base/err.h"
#include "web/route.h"

struct ctx;
struct service;

struct serve {
    const struct route *routes;
    size_t routes_count;
    int listener; /* bound and listening */
    int threads;
    const char *conninfo;
    long max_body, timeout_ms, drain_ms;
    long streams_most, stream_buffer, keepalive_ms; /* of web/streams.h */
    bool (*admit)(struct ctx *ctx);  /* fill ctx->claims from the request (access/who) */
    void (*refuse)(struct ctx *ctx); /* write ctx->err as the answer */
    const struct service *service;   /* handed to every handler */
    void (*tell)(const char *state); /* "READY=1", "STOPPING=1" for a supervisor; may be NULL */
};

/* The socket we were given (fd 0, LISTEN_FDS of systemd) or, when `path` is not empty, a new
   one of ours there with mode 0660; -1 and err when there is none. */
int serve_listener(const char *path, struct err *err);

/* Runs until SIGTERM or SIGINT has been obeyed. */
bool serve_run(const struct serve *serve, struct err *err);

#endif
