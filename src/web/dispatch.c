/*
 * dispatch: connections of nginx, and which of them has something to read for a thread.
 */
#include "web/dispatch.h"

#include "base/clock.h"
#include "base/log.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define ACCEPT_BATCH 16 /* connections taken before others get their turn */
#define STALL_S      5  /* a peer that sends or takes nothing for so long is dropped */

enum peer_state { PEER_IDLE, PEER_READING, PEER_RUNNING };

struct peer {
    struct peer *next, **link; /* in dispatch->peers */
    int fd;
    enum peer_state state;
    bool hushed;
    int64_t idle_since;
};

struct dispatch {
    int epoll, event, leave;
    pthread_mutex_t accepting; /* guards the listener */
    int listener;              /* -1 when we have stopped listening */
    pthread_mutex_t lock;      /* guards all below */
    struct peer *peers;
    size_t count;
    bool ending; /* someone reads `event` */
    bool waning; /* connections end with their request */
};

static bool
watch(struct dispatch *dispatch, int op, int fd, uint32_t events, void *what)
{
    struct epoll_event event = {.events = events, .data.ptr = what};

    return epoll_ctl(dispatch->epoll, op, fd, &event) == 0;
}

struct dispatch *
dispatch_new(int listener, struct err *err)
{
    struct dispatch *dispatch = calloc(1, sizeof *dispatch);

    if (dispatch == NULL)
        abort();
    pthread_mutex_init(&dispatch->accepting, NULL);
    pthread_mutex_init(&dispatch->lock, NULL);
    dispatch->listener = listener;
    dispatch->epoll = epoll_create1(EPOLL_CLOEXEC);
    dispatch->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    dispatch->leave = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (dispatch->epoll >= 0 && dispatch->event >= 0 && dispatch->leave >= 0 &&
        watch(dispatch, EPOLL_CTL_ADD, dispatch->leave, EPOLLIN, &dispatch->leave) &&
        watch(dispatch, EPOLL_CTL_ADD, listener, EPOLLIN | EPOLLONESHOT, &dispatch->listener))
        return dispatch;
    err_set(err, ERR_INTERNAL, "cannot wait for connections: %s", strerror(errno));
    dispatch_free(dispatch);
    return NULL;
}

void
dispatch_free(struct dispatch *dispatch)
{
    assert(dispatch->peers == NULL);
    close(dispatch->epoll);
    close(dispatch->event);
    close(dispatch->leave);
    pthread_mutex_destroy(&dispatch->accepting);
    pthread_mutex_destroy(&dispatch->lock);
    free(dispatch);
}

static void
peer_new(struct dispatch *dispatch, int fd)
{
    static const struct timeval stall = {.tv_sec = STALL_S};
    struct peer *peer = calloc(1, sizeof *peer);

    if (peer == NULL)
        abort();
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &stall, sizeof stall);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &stall, sizeof stall);
    peer->fd = fd;
    peer->idle_since = clock_us();
    pthread_mutex_lock(&dispatch->lock);
    peer->next = dispatch->peers;
    peer->link = &dispatch->peers;
    if (peer->next != NULL)
        peer->next->link = &peer->next;
    dispatch->peers = peer;
    dispatch->count++;
    pthread_mutex_unlock(&dispatch->lock);
    if (!watch(dispatch, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLONESHOT, peer)) {
        close(fd);
        dispatch_back(dispatch, peer, -1);
    }
}

/* Up to `most` connections; false when something other than "no more" ended it. */
static bool
take(struct dispatch *dispatch, size_t most)
{
    for (size_t i = 0; i < most; i++) {
        int fd = accept4(dispatch->listener, NULL, NULL, SOCK_CLOEXEC);

        if (fd >= 0)
            peer_new(dispatch, fd);
        else if (errno != ECONNABORTED && errno != EINTR)
            return errno == EAGAIN;
    }
    return true;
}

static void
listen_event(struct dispatch *dispatch)
{
    static const struct timespec pause = {.tv_nsec = 100000000};

    pthread_mutex_lock(&dispatch->accepting);
    if (dispatch->listener >= 0) {
        if (!take(dispatch, ACCEPT_BATCH)) {
            log_say(LOG_ERROR_LEVEL, "accept", "no connection taken: %s", strerror(errno));
            nanosleep(&pause, NULL); /* out of descriptors: trying at once would only spin */
        }
        watch(dispatch, EPOLL_CTL_MOD, dispatch->listener, EPOLLIN | EPOLLONESHOT,
              &dispatch->listener);
    }
    pthread_mutex_unlock(&dispatch->accepting);
}

static void
state_set(struct dispatch *dispatch, struct peer *peer, enum peer_state state)
{
    pthread_mutex_lock(&dispatch->lock);
    peer->state = state;
    pthread_mutex_unlock(&dispatch->lock);
}

struct peer *
dispatch_next(struct dispatch *dispatch)
{
    for (;;) {
        struct epoll_event event;
        int count = epoll_wait(dispatch->epoll, &event, 1, -1);

        assert(count >= 0 || errno == EINTR);
        if (count <= 0)
            continue;
        if (event.data.ptr == &dispatch->leave)
            return NULL;
        if (event.data.ptr == &dispatch->listener) {
            listen_event(dispatch);
            continue;
        }
        state_set(dispatch, event.data.ptr, PEER_READING);
        return event.data.ptr;
    }
}

int
dispatch_fd(const struct peer *peer)
{
    return peer->fd;
}

void
dispatch_began(struct dispatch *dispatch, struct peer *peer)
{
    state_set(dispatch, peer, PEER_RUNNING);
}

bool
dispatch_ended(struct dispatch *dispatch, struct peer *peer)
{
    bool last;

    pthread_mutex_lock(&dispatch->lock);
    peer->state = PEER_READING;
    last = dispatch->waning;
    pthread_mutex_unlock(&dispatch->lock);
    return last;
}

void
dispatch_wane(struct dispatch *dispatch)
{
    pthread_mutex_lock(&dispatch->lock);
    dispatch->waning = true;
    pthread_mutex_unlock(&dispatch->lock);
}

static void
forget(struct dispatch *dispatch, struct peer *peer)
{
    static const uint64_t one = 1;

    pthread_mutex_lock(&dispatch->lock);
    *peer->link = peer->next;
    if (peer->next != NULL)
        peer->next->link = peer->link;
    dispatch->count--;
    if (dispatch->ending && write(dispatch->event, &one, sizeof one) < 0)
        assert(errno == EAGAIN); /* 2^64 - 2 unread events would be needed */
    pthread_mutex_unlock(&dispatch->lock);
    free(peer);
}

void
dispatch_back(struct dispatch *dispatch, struct peer *peer, int fd)
{
    if (fd < 0) {
        forget(dispatch, peer);
        return;
    }
    pthread_mutex_lock(&dispatch->lock);
    peer->state = PEER_IDLE;
    peer->idle_since = clock_us();
    /* Within the lock, so that whoever gets the event comes after us for certain. */
    if (!watch(dispatch, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLONESHOT, peer))
        abort(); /* the descriptor is ours and in the set */
    pthread_mutex_unlock(&dispatch->lock);
}

int
dispatch_event(const struct dispatch *dispatch)
{
    return dispatch->event;
}

void
dispatch_refuse(struct dispatch *dispatch)
{
    pthread_mutex_lock(&dispatch->lock);
    dispatch->ending = true;
    pthread_mutex_unlock(&dispatch->lock);

    pthread_mutex_lock(&dispatch->accepting);
    /* Taken out by hand: others may hold the same socket, so that close() would not do it. */
    watch(dispatch, EPOLL_CTL_DEL, dispatch->listener, 0, NULL);
    take(dispatch, SOMAXCONN);
    close(dispatch->listener);
    dispatch->listener = -1;
    pthread_mutex_unlock(&dispatch->accepting);
}

size_t
dispatch_hush(struct dispatch *dispatch, int64_t since, int64_t *oldest_out)
{
    size_t count;

    *oldest_out = INT64_MAX;
    pthread_mutex_lock(&dispatch->lock);
    for (struct peer *peer = dispatch->peers; peer != NULL; peer = peer->next) {
        if (peer->state != PEER_IDLE || peer->hushed)
            continue;
        if (peer->idle_since <= since) {
            peer->hushed = true;
            shutdown(peer->fd, SHUT_RD); /* readable now: a thread reads the rest and closes */
        } else if (peer->idle_since < *oldest_out) {
            *oldest_out = peer->idle_since;
        }
    }
    count = dispatch->count;
    pthread_mutex_unlock(&dispatch->lock);
    return count;
}

void
dispatch_cut(struct dispatch *dispatch)
{
    pthread_mutex_lock(&dispatch->lock);
    for (struct peer *peer = dispatch->peers; peer != NULL; peer = peer->next)
        if (peer->state == PEER_RUNNING)
            shutdown(peer->fd, SHUT_RDWR);
    pthread_mutex_unlock(&dispatch->lock);
}

void
dispatch_leave(struct dispatch *dispatch)
{
    static const uint64_t one = 1;

    if (write(dispatch->leave, &one, sizeof one) != sizeof one)
        abort();
}
