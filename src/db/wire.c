/*
 * wire: wait for libpq without blocking past a deadline or a client's patience.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* POLLRDHUP */
#endif
#include "db/wire.h"

#include "base/clock.h"

#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stddef.h>

#define HUNG_UP (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)

/* One poll() and what it brought in; WIRE_READY only means: look again. */
static enum wire_end
wait_once(PGconn *pg, bool unsent, int64_t deadline, int watch)
{
    struct pollfd fds[2] = {
        {.fd = PQsocket(pg), .events = (short)(unsent ? POLLIN | POLLOUT : POLLIN)},
        {.fd = watch, .events = POLLRDHUP}, /* poll() skips a negative one */
    };
    int ready = poll(fds, 2, clock_left_ms(deadline));

    if (ready < 0)
        return errno == EINTR ? WIRE_READY : WIRE_LOST;
    if (ready == 0)
        return clock_us() >= deadline ? WIRE_LATE : WIRE_READY;
    if (watch >= 0 && (fds[1].revents & HUNG_UP) != 0)
        return WIRE_GONE;
    if ((fds[0].revents & (POLLIN | HUNG_UP)) != 0 && PQconsumeInput(pg) == 0)
        return WIRE_LOST;
    return WIRE_READY;
}

enum wire_end
wire_wait(PGconn *pg, int64_t deadline, int watch)
{
    for (;;) {
        int unsent = PQflush(pg);
        enum wire_end end;

        if (unsent < 0)
            return WIRE_LOST;
        if (PQisBusy(pg) == 0)
            return WIRE_READY;
        end = wait_once(pg, unsent > 0, deadline, watch);
        if (end != WIRE_READY)
            return end;
    }
}

bool
wire_is_alive(PGconn *pg)
{
    /* A farewell comes as a message and then the end of the stream: read until nothing is left.
     */
    for (;;) {
        struct pollfd fd = {.fd = PQsocket(pg), .events = POLLIN};
        int ready;

        if (PQstatus(pg) != CONNECTION_OK || fd.fd < 0)
            return false;
        ready = poll(&fd, 1, 0);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return ready == 0;
        if (PQconsumeInput(pg) == 0)
            return false;
    }
}

void
wire_cancel(PGconn *pg)
{
    PGcancel *cancel = PQgetCancel(pg);
    char why[256];

    if (cancel == NULL)
        return;
    (void)PQcancel(cancel, why, sizeof why); /* refused: the deadline of the drain decides */
    PQfreeCancel(cancel);
}
