/*
 * filter: a `where` inside a request body.
 */
#ifndef STORE_FILTER_H
#define STORE_FILTER_H

#include "base/scan.h"

#include <stdbool.h>

/* Reads the next value as a where (store/where.h); NULL when it is null or empty. */
bool filter_scan(struct scan *scan, const char **jsonpath);

#endif
