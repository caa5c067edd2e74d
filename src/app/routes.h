/*
 * routes: the table of contents: every path that kvasir-fcgi answers.
 */
#ifndef APP_ROUTES_H
#define APP_ROUTES_H

#include "web/route.h"

extern const struct route routes[];
extern const size_t routes_count;

#endif
