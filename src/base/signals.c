/*
 * signals: SIGTERM, SIGINT and SIGUSR1 as bytes in a pipe.
 */
#include "base/signals.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const int taken[] = {SIGTERM, SIGINT, SIGUSR1};

static int ends[2] = {-1, -1}; /* set before the handler is, and never while it is */

/* A full pipe means that thousands of signals wait already: this one may go. */
static void
handler(int number)
{
    unsigned char byte = (unsigned char)number;
    int saved = errno;
    ssize_t written = write(ends[1], &byte, 1);

    (void)written;
    errno = saved;
}

static void
dispose(void (*how)(int))
{
    struct sigaction action = {.sa_handler = how, .sa_flags = SA_RESTART};

    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        sigaction(taken[i], &action, NULL);
}

int
signals_open(struct err *err)
{
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
        err_set(err, ERR_INTERNAL, "no pipe for signals: %s", strerror(errno));
        return -1;
    }
    dispose(handler);
    signal(SIGPIPE, SIG_IGN);
    return ends[0];
}

void
signals_close(void)
{
    dispose(SIG_DFL);
    close(ends[0]);
    close(ends[1]);
    ends[0] = ends[1] = -1;
}

void
signals_block(void)
{
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        sigaddset(&set, taken[i]);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int
signals_next(void)
{
    unsigned char byte;

    return read(ends[0], &byte, 1) == 1 ? byte : 0;
}

void
signals_wait_for_end(void)
{
    struct pollfd waiting = {.fd = ends[0], .events = POLLIN};

    for (;;) {
        int number = signals_next();

        if (number == SIGTERM || number == SIGINT)
            return;
        if (number == SIGUSR1)
            log_reopen();
        else
            poll(&waiting, 1, -1);
    }
}
