/*
 * signals: they reach the pipe from any thread, whatever the others block.
 */
#include "base/signals.h"

#include "base/log.h"
#include "suite.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* As a thread that a library started: it blocks nothing. */
static void *
open_to_all(void *done)
{
    struct pollfd waiting = {.fd = *(int *)done, .events = POLLIN};
    sigset_t none;

    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
    /* Not read(): there the thread sanitizer holds signals back until the end. */
    while (poll(&waiting, 1, 50) != 1)
        ;
    return NULL;
}

static void
test_other_thread(void)
{
    struct err err = {.kind = ERR_NONE};
    int fd = signals_open(&err), done[2], came = 0;
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    pthread_t thread;
    sigset_t all;

    CU_ASSERT(fd >= 0 && pipe(done) == 0);
    CU_ASSERT_EQUAL(signals_next(), 0);
    CU_ASSERT_EQUAL(pthread_create(&thread, NULL, open_to_all, &done[0]), 0);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    /* Again and again, because the thread sanitizer may sit on one until the next. */
    for (int i = 0; came != 1 && i < 200; i++) {
        kill(getpid(), SIGTERM);
        came = poll(&waiting, 1, 50);
    }
    CU_ASSERT_EQUAL(came, 1);
    CU_ASSERT_EQUAL(signals_next(), SIGTERM);
    CU_ASSERT_EQUAL(write(done[1], "x", 1), 1);
    pthread_join(thread, NULL);
    sigemptyset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    signals_close();
}

static void
test_end(void)
{
    struct err err = {.kind = ERR_NONE};

    CU_ASSERT(signals_open(&err) >= 0);
    raise(SIGUSR1); /* is no end */
    raise(SIGPIPE); /* is nothing */
    raise(SIGINT);
    signals_wait_for_end();
    CU_ASSERT_EQUAL(signals_next(), 0);
    signals_close();
}

SUITE("signals", {"a signal that hits another thread arrives", test_other_thread},
      {"only SIGTERM and SIGINT are an end", test_end});
