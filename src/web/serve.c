/*
 * serve: a FastCGI responder: one dispatcher, a few request threads, a drain on SIGTERM.
 *
 * The end of a process goes through these steps, each earlier when nothing is left to do:
 *   at once                  stop listening; what was sent to us is still answered; streams end
 *   connections quiet QUIET  are closed; nginx has long put others above them in its cache
 *   half of drain_ms         every connection is closed with its next answer, in one go: nginx,
 *                            which repeats no POST, should not find time to use it again
 *   drain_ms                 requests under way are cut, as if their clients had left
 *   a second later           the process ends although a thread does not
 */
#include "web/serve.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/signals.h"
#include "web/answer.h"
#include "web/dispatch.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define QUIET_US    500000
#define CUT_US      1000000
#define ARENA_FIRST ((size_t)128 << 10)

struct worker {
    pthread_t thread;
    struct answerer own;
    struct dispatch *dispatch;
};

struct ending {
    int64_t began, half, cut;
    bool is_cut;
};

static void
stream_open(struct worker *worker, struct peer *peer, const struct stream_plan *plan)
{
    struct fcgi_open open;

    fcgi_detach(worker->own.fcgi, &open);
    streams_take(worker->own.streams, plan, &open, peer);
}

/* A stream has ended; `own` is the dispatch. */
static void
stream_back(void *own, void *peer, const struct fcgi_open *open, bool keep)
{
    bool last = dispatch_ended(own, peer);

    if (!keep || last)
        close(open->fd);
    dispatch_back(own, peer, keep && !last ? open->fd : -1);
}

static void
serve_one(struct worker *worker, struct peer *peer)
{
    const struct stream_plan *plan;
    enum answer_end end;
    bool last;

    if (!fcgi_begin(worker->own.fcgi, dispatch_fd(peer))) {
        dispatch_back(worker->dispatch, peer, -1);
        return;
    }
    dispatch_began(worker->dispatch, peer);
    end = answer_request(&worker->own, dispatch_fd(peer), &plan);
    if (end == ANSWER_OPEN) {
        stream_open(worker, peer, plan);
    } else {
        last = dispatch_ended(worker->dispatch, peer);
        dispatch_back(worker->dispatch, peer,
                      fcgi_end(worker->own.fcgi, end == ANSWER_SPOILT || last));
    }
    arena_reset(worker->own.arena);
}

static void *
worker_main(void *argument)
{
    struct worker *worker = argument;

    signals_block(); /* read() with SO_RCVTIMEO is never restarted (signal(7)) */
    for (struct peer *peer; (peer = dispatch_next(worker->dispatch)) != NULL;)
        serve_one(worker, peer);
    return NULL;
}

static struct worker *
workers_start(const struct serve *serve, struct dispatch *dispatch, struct streams *streams)
{
    struct worker *workers = calloc((size_t)serve->threads, sizeof *workers);

    if (workers == NULL)
        abort();
    for (int i = 0; i < serve->threads; i++) {
        struct worker *worker = &workers[i];

        worker->dispatch = dispatch;
        worker->own = (struct answerer){
            .serve = serve,
            .arena = arena_new(ARENA_FIRST),
            .conn = conn_new(serve->conninfo, "kvasir-fcgi"),
            .fcgi = fcgi_new(),
            .streams = streams,
        };
        if (pthread_create(&worker->thread, NULL, worker_main, worker) != 0)
            abort(); /* at start, out of memory or processes: as everywhere */
    }
    return workers;
}

static void
workers_stop(const struct serve *serve, struct worker *workers, struct dispatch *dispatch)
{
    dispatch_leave(dispatch);
    for (int i = 0; i < serve->threads; i++) {
        pthread_join(workers[i].thread, NULL);
        fcgi_free(workers[i].own.fcgi);
        conn_free(workers[i].own.conn);
        arena_free(workers[i].own.arena);
    }
    free(workers);
}

/* One look at the connections; false when none is left or waiting longer is in vain. */
static bool
ending_step(struct ending *ending, struct dispatch *dispatch, int64_t *next_out)
{
    int64_t now = clock_us(), oldest;

    if (now >= ending->half)
        dispatch_wane(dispatch);
    if (now >= ending->cut && !ending->is_cut) {
        ending->is_cut = true;
        dispatch_cut(dispatch);
    }
    if (dispatch_hush(dispatch, now >= ending->cut ? INT64_MAX : now - QUIET_US, &oldest) ==
            0 ||
        now >= ending->cut + CUT_US)
        return false;
    *next_out = now >= ending->cut    ? ending->cut + CUT_US
                : now >= ending->half ? ending->cut
                                      : ending->half;
    if (*next_out > now + QUIET_US)
        *next_out = now + QUIET_US; /* who was busy now may be quiet by then */
    if (oldest != INT64_MAX && oldest + QUIET_US < *next_out)
        *next_out = oldest + QUIET_US;
    return true;
}

/* True when every connection has been closed in order. */
static bool
drain(const struct serve *serve, struct dispatch *dispatch, int signals)
{
    struct pollfd waiting[] = {{.fd = signals, .events = POLLIN},
                               {.fd = dispatch_event(dispatch), .events = POLLIN}};
    struct ending ending = {.began = clock_us()};
    int64_t next, oldest;
    uint64_t gone;

    ending.half = ending.began + serve->drain_ms * 500;
    ending.cut = ending.began + serve->drain_ms * 1000;
    dispatch_refuse(dispatch);
    while (ending_step(&ending, dispatch, &next)) {
        if (poll(waiting, 2, clock_left_ms(next)) <= 0)
            continue;
        for (int number; (number = signals_next()) != 0;)
            if (number == SIGUSR1)
                log_reopen();
            else
                ending.half = ending.cut = clock_us(); /* asked twice: now */
        if (waiting[1].revents != 0 && read(dispatch_event(dispatch), &gone, sizeof gone) < 0)
            continue;
    }
    return dispatch_hush(dispatch, INT64_MAX, &oldest) == 0;
}

static struct streams *
streams_start(const struct serve *serve, struct dispatch *dispatch, struct err *err)
{
    const struct streams_rules rules = {
        .conninfo = serve->conninfo,
        .most = (size_t)serve->streams_most,
        .buffer = (size_t)serve->stream_buffer,
        .keepalive_us = serve->keepalive_ms * 1000,
        .back = stream_back,
        .own = dispatch,
    };

    return streams_new(&rules, err);
}

static bool
run(const struct serve *serve, struct dispatch *dispatch, int signals, struct err *err)
{
    struct streams *streams = streams_start(serve, dispatch, err);
    struct worker *workers;

    if (streams == NULL)
        return false;
    workers = workers_start(serve, dispatch, streams);
    if (serve->tell != NULL)
        serve->tell("READY=1");
    signals_wait_for_end();
    if (serve->tell != NULL)
        serve->tell("STOPPING=1");
    streams_end(streams);
    if (!drain(serve, dispatch, signals)) {
        log_say(LOG_ERROR_LEVEL, "drain", "a request did not end; leaving without it");
        _exit(EXIT_FAILURE);
    }
    workers_stop(serve, workers, dispatch);
    streams_free(streams);
    return true;
}

bool
serve_run(const struct serve *serve, struct err *err)
{
    struct dispatch *dispatch;
    bool right;
    int signals;

    fcgi_init();
    dispatch = dispatch_new(serve->listener, err);
    if (dispatch == NULL)
        return false;
    signals = signals_open(err);
    right = signals >= 0 && run(serve, dispatch, signals, err);
    if (signals >= 0)
        signals_close();
    dispatch_free(dispatch);
    return right;
}
