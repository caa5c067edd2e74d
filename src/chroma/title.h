/*
 * title: what databases and collections may be called.
 */
#ifndef CHROMA_TITLE_H
#define CHROMA_TITLE_H

#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

/* 3 to 512 characters from [a-zA-Z0-9._-], a letter or digit at both ends, no "..", no IPv4
   address; one '+' may join two such names.  ERR_INPUT in Chroma's words after `lead`. */
bool title_check(struct str name, const char *lead, struct err *err);

#endif
