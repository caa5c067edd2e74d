/*
 * stop: a person's wish that long work of a verb ends, by Ctrl-C or SIGTERM.
 */
#ifndef APP_STOP_H
#define APP_STOP_H

#include <signal.h>

/* From now on the first signal sets what is returned, so that the work ends after the
   transaction under way; a second one ends the program at once. */
const volatile sig_atomic_t *stop_catch(void);

#endif
