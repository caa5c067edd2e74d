/*
 * signals: SIGTERM, SIGINT and SIGUSR1 as bytes in a pipe.
 *
 * Blocking them and reading a signalfd is not enough: a library may have started threads before
 * main() (OpenBLAS does), which block nothing, and then the kernel gives them the signal.  A
 * handler runs in whichever thread it hits.
 */
#ifndef BASE_SIGNALS_H
#define BASE_SIGNALS_H

#include "base/err.h"

#include <stdbool.h>

/* Take the signals over and ignore SIGPIPE.  The descriptor that becomes readable; -1 and err.
 */
int signals_open(struct err *err);
void signals_close(void); /* the defaults again */

/* For threads whose system calls should not be interrupted: leave signals to the others. */
void signals_block(void);

/* The oldest signal that came; 0 when there is none. */
int signals_next(void);

/* Wait for SIGTERM or SIGINT; SIGUSR1 opens the log again meanwhile. */
void signals_wait_for_end(void);

#endif
