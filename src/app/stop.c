/*
 * stop: SIGINT and SIGTERM as a wish that is looked at between two transactions.
 */
#include "app/stop.h"

#include <stddef.h>

static volatile sig_atomic_t stopped;

static void
stop(int number)
{
    (void)number;
    stopped = 1;
}

const volatile sig_atomic_t *
stop_catch(void)
{
    struct sigaction action = {.sa_handler = stop, .sa_flags = (int)SA_RESETHAND};

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return &stopped;
}
