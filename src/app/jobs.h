/*
 * jobs: what the engine does, as a table.
 */
#ifndef APP_JOBS_H
#define APP_JOBS_H

#include "app/crew.h"

extern const struct job jobs_table[];
extern const size_t jobs_count;

#endif
